// SPDX-License-Identifier: Apache-2.0
// The two lists by which `@opentelemetry/auto-instrumentations-node` is told which instrumentations run. They hold for us as for those
// that it brings itself: who lists what runs is not to look for one more switch.
import { type Environment, variable } from './settings.js';

/** As the lists name us. */
const NAME = 'eventsource';

/** Without a list all run; what is in both does not. */
export function enabledByLists(env: Environment): boolean {
  const [enabled, disabled] = [
    namesIn(env, 'OTEL_NODE_ENABLED_INSTRUMENTATIONS'),
    namesIn(env, 'OTEL_NODE_DISABLED_INSTRUMENTATIONS'),
  ];
  return enabled?.includes(NAME) !== false && disabled?.includes(NAME) !== true;
}

function namesIn(env: Environment, name: string): readonly string[] | undefined {
  return variable(env, name)
    ?.split(',')
    .map((each) => each.trim());
}
