// What careless callers pass to any library; each garbage application adds what is odd to its own.

/** For accessors and traps that refuse. */
export const refuse = () => {
  throw new RangeError('no trap');
};

/** New ones at each call. */
export function oddValues() {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  return {
    undefined: undefined,
    null: null,
    text: 'text',
    number: 7,
    bigint: 7n,
    symbol: Symbol('s'),
    list: [],
    bare: Object.create(null),
    revoked: revoked.proxy,
    refusing: new Proxy({}, { get: refuse, getPrototypeOf: refuse, has: refuse, ownKeys: refuse }),
  };
}
