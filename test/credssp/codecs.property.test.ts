import fc from 'fast-check';
import { boundKey } from '../../src/credssp/public-key-binding.ts';
import { negotiationToken, negTokenResp, readNegotiationToken } from '../../src/credssp/spnego-token.ts';
import {
  readSmartCardCredentials,
  smartCardCredentials,
  tsCredentials,
  tsSmartCardCreds,
} from '../../src/credssp/ts-credentials.ts';
import { tsRequest, tsRequestFrame } from '../../src/credssp/ts-request.ts';
import { encode } from '../../src/wire/codec.ts';
import { DecodeError } from '../../src/wire/cursor.ts';
import { hostCertificate } from '../rdp/fake-host-certificate.ts';
import { codecHolds, mutated, property, same } from '../wire/property.ts';

const octets = fc.uint8Array({ maxLength: 200 });
const int = fc.integer();
const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
/** As it is decoded: a field that is not there and one that is `undefined` are one on the wire. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, v]: [string, unknown]) => (v === undefined ? [] : [[key, plain(v)]])),
  );
}
const canonical = { canonical: plain };

codecHolds(
  'TSRequest',
  tsRequest,
  fc.record({
    version: int,
    negoTokens: some(fc.array(fc.record({ negoToken: octets }), { maxLength: 4 })),
    authInfo: some(octets),
    pubKeyAuth: some(octets),
    errorCode: some(fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 })),
    clientNonce: some(octets),
  }),
  { ...canonical, tags: [0x30] },
);
const mechanisms = fc.constantFrom('1.2.840.48018.1.2.2', '1.2.840.113554.1.2.2', '1.3.6.1.4.1.311.2.2.10', '2.999');
codecHolds(
  'NegTokenResp',
  negTokenResp,
  fc.record({
    negState: some(fc.nat(4)),
    supportedMech: some(mechanisms),
    responseToken: some(octets),
    mechListMIC: some(octets),
  }),
  { ...canonical, tags: [0xa1] },
);
codecHolds('TSCredentials', tsCredentials, fc.record({ credType: int, credentials: octets }), {
  ...canonical,
  tags: [0x30],
});
codecHolds(
  'TSSmartCardCreds',
  tsSmartCardCreds,
  fc.record({
    pin: octets,
    cspData: fc.record({
      keySpec: int,
      cardName: some(octets),
      readerName: some(octets),
      containerName: some(octets),
      cspName: some(octets),
    }),
    userHint: some(octets),
    domainHint: some(octets),
  }),
  { ...canonical, tags: [0x30] },
);
/** Reads any octets, or refuses them by a DecodeError. */
function reads(read: (octets: Uint8Array) => unknown): (octets: Uint8Array) => void {
  return (input) => {
    try {
      read(input);
    } catch (e) {
      if (!(e instanceof DecodeError)) throw e;
    }
  };
}
const inits = fc
  .record({ mechTypes: fc.array(mechanisms, { maxLength: 8 }), mechToken: some(octets), mechListMIC: some(octets) })
  .map(negotiationToken);
property('NegTokenInit is read or refused', fc.oneof(mutated(inits), octets), reads(readNegotiationToken));
property('NegTokenInit comes back', inits, (token) => same(negotiationToken(readNegotiationToken(token)), token, 'token'));
property(
  'the key of any certificate is read or refused',
  mutated(fc.constant(hostCertificate.der)),
  reads((der) => boundKey(der)),
);
const digits = fc.array(fc.integer({ min: 0x30, max: 0x39 }), { minLength: 6, maxLength: 8 }).map((all) => Uint8Array.from(all));
const given = fc.record({
  pin: digits,
  readerName: fc.string(),
  keySpec: fc.nat(2),
  providerName: fc.string(),
  containerName: some(fc.string()),
  userHint: some(fc.string()),
  domainHint: some(fc.string()),
});
property('credentials come back', given, (value) =>
  same(plain(readSmartCardCredentials(smartCardCredentials(value))), plain(value), 'credentials'),
);
property(
  'credentials are read or refused',
  fc.oneof(mutated(given.map(smartCardCredentials)), octets),
  reads(readSmartCardCredentials),
);
const requests = octets.map((authInfo) => encode(tsRequest, { version: 6, authInfo }));
property(
  'a TSRequest ends where it ends, whatever follows, and is not awaited for ever',
  fc.tuple(requests, octets),
  ([request, more]) => {
    same(tsRequestFrame(Uint8Array.of(...request, ...more)), request.length, 'length');
    for (let at = 0; at < request.length; at++) {
      const length = tsRequestFrame(request.subarray(0, at));
      if (length !== undefined && length !== request.length) throw new Error(`${length} after ${at} octets`);
    }
  },
);
property('any octets are a length or a refusal', fc.uint8Array({ maxLength: 8 }), reads(tsRequestFrame));
