// SPDX-License-Identifier: Apache-2.0
// Nothing that an environment keeps secret may be in what the doctor prints, whoever has put it into a message. What is secret is told
// by names: of variables, of headers, of what stands in a query or a connection string. A word that is short and plain is only taken out
// where it stands alone, since it is part of other words.
import { existsSync } from 'node:fs';
import type { Environment } from '../settings.js';

const HEADERS = /^OTEL_EXPORTER_OTLP_(?:\w+_)?HEADERS$/i;
/** Of a variable, a parameter, a field. */
const SECRET =
  /key|token|secret|passw|passphrase|credential|signature|authorization|cookie|(?<![a-z])(?:pass|pwd|pw|auth|sig|jwt|dsn|pin|bearer)(?![a-z])/i;
/** These say so, and have none. */
const HARMLESS = /^(?:PWD|OLDPWD|INIT_CWD|OTEL_EXPERIMENTAL_RESOURCE_DISABLED_KEYS)$/i;
const SCHEME = /^(?:bearer|basic|digest|token|apikey|negotiate)$/i;
/** Of a switch. */
const SWITCH =
  /^(?:true|false|yes|no|on|off|none|null|undefined|auto|enabled?|disabled?|required?|prefer(?:red)?|allow|optional|default)$/i;
/** What is shorter stands in any text by chance. */
const SHORTEST = 4;
/** Written in one case, or digits alone: part of other words, or of a greater number. */
const PLAIN = /^(?:[A-Z]?[a-z]{1,10}|[A-Z]{1,11}|\d{1,7})$/;
/** A secret that is longer may have been cut by whoever told it. */
const HEAD = 32;

const PAIR = /(?<![\w.$-])([\w.$-]+)["']?\s*[=:](?=\s*["']?([^\s;&,"'}#]+))/g;
const USER_AND_PASSWORD = /:\/\/([^\s:/?#@]*)(?::([^\s/?#]*))?@/g;
/** Where somebody has not encoded it. */
const ODD_PASSWORD = /:\/\/[^\s:/?#@]*:(\S*?)@/g;

/** @returns what must not be shown of it */
export function secretsIn(env: Environment): string[] {
  const found = Object.entries(env).flatMap(([name, value = '']) =>
    value.trim() === '' ? [] : secretsOf(name, value.trim()),
  );
  return [...new Set(found.flatMap(spellings))].filter(
    (secret) => secret.length >= SHORTEST && !SWITCH.test(secret) && !SCHEME.test(secret),
  );
}

/** Takes secrets out of a text, and users and passwords of addresses that no variable has. */
export function withoutSecrets(env: Environment, others: readonly string[] = []): (text: string) => string {
  const secrets = [...new Set([...secretsIn(env), ...others])].sort((one, other) => other.length - one.length);
  return (text) =>
    secrets
      .reduce(without, text)
      .replace(/\/\/[^\s/"'@]*@/g, '//')
      .replace(/((?:passw(?:or)?d|passphrase|secret|api[-_]?key|token)["']?[=:]\s?["']?)(?!…)[^\s"',;&)}]{4,}/gi, '$1…')
      .replace(/\b(bearer|basic) (?=\S*\d)[\w.~+/=-]{8,}/gi, '$1 …');
}

function secretsOf(name: string, value: string): string[] {
  if (HEADERS.test(name)) {
    return value.split(',').flatMap((pair) => {
      const header = pair.replace(/^[^=]*=/, '').trim();
      return [header, ...header.split(/\s+|%20/i)];
    });
  }
  if (isSecret(name) && !isFile(value)) {
    const parts = partsOf(value, (key, part) => isSecret(key) || !PLAIN.test(part));
    return [value, ...value.split(/[\n,]/), ...parts];
  }
  return [
    ...partsOf(value, isSecret),
    ...[...value.matchAll(USER_AND_PASSWORD)].flatMap(([, user = '', password = '']) =>
      // A user beside a password is an ordinary word more often than not, a user alone is a key.
      password !== '' && PLAIN.test(user) ? [password] : [user, password],
    ),
    ...[...value.matchAll(ODD_PASSWORD)].map(([, password = '']) => password),
  ];
}

/** Of a query, a connection string, an object in JSON. */
function partsOf(value: string, isMeant: (name: string, part: string) => boolean): string[] {
  return [...value.matchAll(PAIR)].flatMap(([, name = '', part = '']) => (isMeant(name, part) ? [part] : []));
}

function isSecret(name: string): boolean {
  return SECRET.test(name) && !HARMLESS.test(name);
}

/** A path to a key is none. */
function isFile(value: string): boolean {
  return /^(?:\.{0,2}\/|[a-z]:\\)[\w./\\ -]+\.\w{1,11}$/i.test(value) || (/^[./~]/.test(value) && existsSync(value));
}

/** As it may stand in a message. */
function spellings(secret: string): string[] {
  const given = secret.trim();
  return [given, decoded(given), encoded(given), JSON.stringify(given).slice(1, -1)];
}

function without(text: string, secret: string): string {
  if (PLAIN.test(secret)) return text.replace(new RegExp(`(?<![\\p{L}\\d_])${secret}(?![\\p{L}\\d_])`, 'gu'), '…');
  return secret.length > HEAD ? withoutBeginnings(text, secret) : text.replaceAll(secret, '…');
}

function withoutBeginnings(text: string, secret: string): string {
  const [first = '', ...others] = text.split(secret.slice(0, HEAD));
  return others.reduce((shown, after) => {
    let length = 0;
    while (length < after.length && after[length] === secret[HEAD + length]) length++;
    return `${shown}…${after.slice(length)}`;
  }, first);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function encoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return text;
  }
}
