// SPDX-License-Identifier: Apache-2.0
// The servers that tests and measurements talk to. The library's own tests have the list, as they must do without ours.
export {
  addressOf,
  describeOnServer,
  howToAskFor,
  isAskedFor,
  type ServerName,
  serverNames,
  whyUnreachable,
} from '../fixtures/eventsource/test/services/support/server.js';
