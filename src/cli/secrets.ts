// SPDX-License-Identifier: Apache-2.0
// Nothing that an environment keeps secret may be in what the doctor prints, whoever has put it into a message.
import type { Environment } from '../settings.js';

const HEADERS = /^OTEL_EXPORTER_OTLP_(?:\w+_)?HEADERS$/;
const SECRET = /(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$/i;
/** What is shorter stands in any text by chance. */
const SHORTEST = 4;

/** Takes the values of headers, the users and passwords of addresses, and whatever is called a key out of a text. */
export function withoutSecrets(env: Environment): (text: string) => string {
  const secrets = Object.entries(env)
    .flatMap(([name, value]) => (value === undefined ? [] : secretsIn(name, value)))
    .flatMap((secret) => [secret, decoded(secret)])
    .filter((secret) => secret.length >= SHORTEST)
    .sort((one, other) => other.length - one.length);
  return (text) =>
    [...new Set(secrets)]
      .reduce((shown, secret) => shown.replaceAll(secret, '…'), text)
      .replace(/\/\/[^\s/"'@]*@/g, '//');
}

function secretsIn(name: string, value: string): string[] {
  if (HEADERS.test(name)) {
    return value.split(',').flatMap((pair) => {
      const header = pair.replace(/^[^=]*=/, '').trim();
      return [header, ...header.split(/\s+|%20/i)];
    });
  }
  if (SECRET.test(name)) return [value.trim()];
  const [, user = '', password = ''] = /^[a-z+]+:\/\/([^:/?#@\s]*):?([^/?#\s]*)@/i.exec(value) ?? [];
  const query = /^[a-z+]+:\/\/[^?#]*\?([^#]*)/i.exec(value)?.[1] ?? '';
  return [user, password, ...query.split('&').map((pair) => pair.replace(/^[^=]*=/, ''))];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
