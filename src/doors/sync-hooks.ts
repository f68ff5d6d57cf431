// SPDX-License-Identifier: Apache-2.0
// `module.registerHooks`, which the types of Node 20 do not have.
import * as module from 'node:module';

export interface SyncHooks {
  resolve?(
    specifier: string,
    context: module.ResolveHookContext,
    next: (specifier: string, context?: Partial<module.ResolveHookContext>) => module.ResolveFnOutput,
  ): module.ResolveFnOutput;
  load?(
    url: string,
    context: module.LoadHookContext,
    next: (url: string, context?: Partial<module.LoadHookContext>) => module.LoadFnOutput,
  ): module.LoadFnOutput;
}

/** Only where {@link hasSoundSyncHooks}. Returns what takes the hooks out of the chain. */
export function registerHooks(hooks: SyncHooks): () => void {
  const { registerHooks } = module as unknown as { registerHooks(hooks: SyncHooks): { deregister(): void } };
  const registration = registerHooks(hooks);
  return () => registration.deregister();
}

/**
 * Whether `module.registerHooks` is sound: earlier versions refuse the empty source of CommonJS modules.
 *
 * @param version as in `process.versions.node`
 */
export function hasSoundSyncHooks(version: string = process.versions.node): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  if (major >= 26) return true;
  if (major === 25) return minor >= 1;
  if (major === 24) return minor > 11 || (minor === 11 && patch >= 1);
  return major === 22 && (minor > 22 || (minor === 22 && patch >= 3));
}
