import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClientReader } from '../../src/gateway/client-reader.ts';
import { Clipboard } from '../../src/gateway/clipboard.ts';
import { DynamicChannels } from '../../src/gateway/dynamic-channels.ts';
import { acceptFront } from '../../src/gateway/front.ts';
import { HostReader } from '../../src/gateway/host-reader.ts';
import { PduStream } from '../../src/gateway/pdu-stream.ts';
import { RelayChannels } from '../../src/gateway/relay-channels.ts';
import { channelChunks } from '../../src/rdp/channels.ts';
import { confirmActive } from '../../src/rdp/confirm-active.ts';
import { demandActive } from '../../src/rdp/demand-active.ts';
import { indication, request, shareIndications, shareRequests } from '../../src/rdp/session-ids.ts';
import { pduType } from '../../src/rdp/share-control.ts';
import { dataPdu } from '../../src/rdp/share-data.ts';
import { encode } from '../../src/wire/codec.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { usualDemand } from '../rdp/fake-host.ts';

const front = { ioChannelId: 1003, userId: 1009 };
const behind = { ioChannelId: 1013, userId: 1029 };
const names = ['rdpdr', 'rdpsnd', 'drdynvc', 'cliprdr'];
const at = (first: number) => names.map((name, i) => ({ name, channelId: first + i }));
/** Both directions of one session. */
function relay() {
  const channels = new RelayChannels({ ...front, channels: at(1004) }, { ...behind, channels: at(1020) }, () => true);
  const shared = { channels, dynamic: new DynamicChannels([]), clipboard: new Clipboard([]), isLicensing: () => true };
  const nothing = () => undefined;
  const [toClient, toHost] = [nothing, nothing];
  const fromHost = new HostReader({
    ...shared,
    toClient,
    toHost,
    happened: nothing,
    devices: nothing,
    wantsErrors: true,
    takesLicenses: () => true,
    isLeft: () => false,
  });
  const fromClient = new ClientReader({
    ...{
      ...shared,
      toClient,
      toHost,
      typed: nothing,
      isActive: () => true,
      confirms: () => true,
      leaves: nothing,
      devices: undefined,
      mayType: () => 'nothing',
    },
  });
  return { host: new PduStream(fromHost), client: new PduStream(fromClient) };
}
/** Whatever is said is passed on, goes nowhere, or is refused with an error of ours. */
function survives(stream: PduStream, ...said: readonly Uint8Array[]): void {
  try {
    for (const octets of said) stream.feed(octets);
  } catch (e) {
    expect(e).toBeInstanceOf(MayflyError);
  }
}
const body = fc.uint8Array({ maxLength: 400 });
const id = fc.oneof(fc.integer({ min: 1003, max: 1030 }), fc.integer({ min: 0, max: 0xffff }));
const share = fc.record({ shareId: fc.nat(9), type: fc.nat(60), body }).map((pdu) => dataPdu({ ...pdu, pduSource: 1002 }));
const demand = fc.constant({
  ...{ kind: 'control', pduType: pduType.demandActive, pduSource: 1002 },
  body: encode(demandActive, usualDemand),
} as const);
const confirm = fc.constant({
  ...{ kind: 'control', pduType: pduType.confirmActive, pduSource: 1009 },
  body: encode(confirmActive, { ...usualDemand, originatorId: 1002 }),
} as const);
const spoiled = (pdus: fc.Arbitrary<Uint8Array>) =>
  fc
    .record({ pdu: pdus, places: fc.array(fc.record({ at: fc.nat(200), octet: fc.nat(255) }), { maxLength: 4 }) })
    .map(({ pdu, places }) => {
      const out = Uint8Array.from(pdu);
      // What says how long a PDU is stays, so that what is inside it is read.
      for (const { at: place, octet } of places) if (6 < place && place < out.length) out[place] = octet;
      return out;
    });
const chunk = body.map((message) => channelChunks(message)[0] ?? new Uint8Array());
const fromHost = spoiled(
  fc.oneof(
    fc.record({ id, data: fc.oneof(body, chunk) }).map((pdu) => indication(pdu.id, pdu.data)),
    fc.array(fc.oneof(share, demand), { minLength: 1, maxLength: 3 }).map((pdus) => shareIndications(behind, pdus)),
  ),
);
const fromClient = spoiled(
  fc.oneof(
    fc.record({ id, data: fc.oneof(body, chunk) }).map((pdu) => request(front, pdu.id, pdu.data)),
    fc.array(fc.oneof(share, confirm), { minLength: 1, maxLength: 3 }).map((pdus) => shareRequests(front, pdus)),
  ),
);

describe('whoever says what is not allowed', () => {
  it('as a host, is passed on or refused', () => {
    fc.assert(fc.property(fc.array(fromHost, { maxLength: 6 }), (pdus) => survives(relay().host, ...pdus)));
  });
  it('as a client, is passed on or refused', () => {
    fc.assert(fc.property(fc.array(fromClient, { maxLength: 6 }), (pdus) => survives(relay().client, ...pdus)));
  });
  it('with any octets at all, is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
        survives(relay().host, octets);
        survives(relay().client, octets);
      }),
    );
  });
  it('before the token, is refused, and no token is asked about', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 6 }), (said) => {
        let asked = 0;
        const redeem = () => {
          asked++;
          return undefined;
        };
        const talk = acceptFront({ knows: () => true, redeem });
        try {
          let turn = talk.next();
          for (const octets of said) {
            if (turn.done) break;
            turn = talk.next(turn.value.do === 'receive' ? octets : undefined);
          }
        } catch (e) {
          expect(e).toBeInstanceOf(MayflyError);
        }
        expect(asked).toBe(0);
      }),
    );
  });
});
