import fc from 'fast-check';
import { acceptJoin } from '../../src/rdp/accept-join.ts';
import { join } from '../../src/rdp/join.ts';
import { domainFrame } from '../../src/rdp/mcs-domain.ts';
import { acceptNegotiation, negotiate } from '../../src/rdp/negotiate.ts';
import { acceptSettings, settings } from '../../src/rdp/settings.ts';
import { encode } from '../../src/wire/codec.ts';
import type { Conversation } from '../../src/wire/conversation.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { initialOfMstsc, initialOfMstscValue, responseOfWindows, responseOfWindowsValue } from '../vectors/rdp/mcs-connect.ts';
import { domainVectors } from '../vectors/rdp/mcs-domain.ts';
import { confirmVectors, requestVectors } from '../vectors/rdp/negotiation.ts';
import { bytes } from '../wire/annotated-hex.ts';
import { mutated, property } from '../wire/property.ts';
import { against, Closed } from './play.ts';

/** A conversation ends with its value, or with an error that has a name, or waits for a peer who has gone: never otherwise. */
function ends(talk: Conversation<unknown>, said: Uint8Array): void {
  try {
    against(talk, said);
  } catch (e) {
    if (!(e instanceof Closed) && !(e instanceof MayflyError && (e.code === 'decode' || e.code.startsWith('rdp-')))) throw e;
  }
}
const joined = { channels: [1003, 1004], skipChannelJoin: false };
const pdus = domainVectors.map((vector) => bytes(vector.bytes));
/** A run of PDUs of the domain, each of them well-formed, in an order that nobody would choose. */
const anyOrder = fc.array(fc.constantFrom(...pdus), { maxLength: 80 }).map((all) => new Uint8Array(Buffer.concat(all)));
const confirms = [1007, 1003, 1004].map((channelId) =>
  encode(domainFrame, { kind: 'channel-join-confirm', result: 0, initiator: 1007, requested: channelId, channelId }),
);
const attached = encode(domainFrame, { kind: 'attach-user-confirm', result: 0, initiator: 1007 });
const goodJoin = new Uint8Array(Buffer.concat([attached, ...confirms]));

const cases: readonly (readonly [string, () => Conversation<unknown>, fc.Arbitrary<Uint8Array>])[] = [
  [
    'negotiate',
    () => negotiate({ negotiation: { flags: 0, protocols: 3 } }),
    fc.constantFrom(...confirmVectors.map((vector) => bytes(vector.bytes))),
  ],
  [
    'acceptNegotiation',
    () => acceptNegotiation(() => ({ kind: 'response', flags: 0, protocol: 1 })),
    fc.constantFrom(...requestVectors.map((vector) => bytes(vector.bytes))),
  ],
  ['settings', () => settings(initialOfMstscValue, 0), fc.constant(bytes(responseOfWindows))],
  ['acceptSettings', () => acceptSettings(() => responseOfWindowsValue), fc.constant(bytes(initialOfMstsc))],
  ['join', () => join(joined), fc.oneof(fc.constant(goodJoin), anyOrder)],
  ['acceptJoin', () => acceptJoin({ userId: 1007, channels: [1003, 1004] }), anyOrder],
];
for (const [name, talk, good] of cases) {
  property(
    `${name} comes to an end, whatever the peer says`,
    fc.oneof(mutated(good), good, fc.uint8Array({ maxLength: 40 })),
    (said) => ends(talk(), said),
  );
}
