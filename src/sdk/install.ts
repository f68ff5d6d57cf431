// SPDX-License-Identifier: Apache-2.0
// The command that installs an SDK. npm takes the newest one that the running Node.js can run, and each takes some versions of
// the API only; where the installed one is none of them, npm refuses to install anything (ERESOLVE).
import { API_PACKAGE, isOlder } from './api-copies.js';

/** The first minor version of the API that SDK 3.x takes, and SDK 2.x does not. */
const API_OF_SDK_3 = '1.10';
const API_OF_SDK_2 = '1.9';
/** The first Node.js that SDK 3.x runs on. */
const NODE_OF_SDK_3 = [22, 15] as const;

/**
 * @param api the version that the application has; none where it has none
 * @param node as in `process.versions`
 */
export function installOfSdk(api: string | undefined, node: string = process.versions.node): string {
  const wanted = runsSdk3(node) ? API_OF_SDK_3 : API_OF_SDK_2;
  const fits = api === undefined || isOlder(api, API_OF_SDK_3) === (wanted === API_OF_SDK_2);
  return `npm install ${fits ? '' : `${API_PACKAGE}@${wanted} `}@opentelemetry/sdk-node`;
}

function runsSdk3(node: string): boolean {
  const [major = 0, minor = 0] = node.split('.').map(Number);
  return major > NODE_OF_SDK_3[0] || (major === NODE_OF_SDK_3[0] && minor >= NODE_OF_SDK_3[1]);
}
