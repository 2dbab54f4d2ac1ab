import fc from 'fast-check';
import { activate, activationReply } from '../../src/rdp/activate.ts';
import { AwaitedEvents } from '../../src/rdp/awaited-events.ts';
import { clientEvents } from '../../src/rdp/client-event.ts';
import { encodeClientInfo, infoPacket } from '../../src/rdp/client-info.ts';
import { license } from '../../src/rdp/license-phase.ts';
import { request } from '../../src/rdp/session-ids.ts';
import { SessionReader } from '../../src/rdp/session-reader.ts';
import { pduType } from '../../src/rdp/share-control.ts';
import { pduType2 } from '../../src/rdp/share-data.ts';
import { decode } from '../../src/wire/codec.ts';
import { DecodeError } from '../../src/wire/cursor.ts';
import { pacificClient } from '../vectors/rdp/client-info.ts';
import * as info from '../vectors/rdp/save-session-info.ts';
import * as vector from '../vectors/rdp/session-pdus.ts';
import { bytes } from '../wire/annotated-hex.ts';
import { mutated, property } from '../wire/property.ts';
import { told } from './between-two.ts';
import { channel, data, demand, demandPdu, fontMapPdu, ids, io, message, RDPDR, share } from './server-says.ts';

const said = [
  demandPdu,
  fontMapPdu,
  io(vector.validClient),
  io(vector.deactivateAll),
  io(`${vector.flow} ${vector.shortDeactivateAll}`),
  data(pduType2.saveSessionInfo, info.logonLong),
  data(pduType2.saveSessionInfo, info.extendedInfo),
  data(pduType2.setErrorInfo, vector.setErrorInfo),
  data(pduType2.update, '0300'),
  share(pduType.serverRedirection, vector.redirection),
  message(`0010 0000 ${vector.bandwidthStart}`),
  message(`0010 0000 ${vector.bandwidthStopConnectTime}`),
  message(`0200 0000 ${vector.multitransportRequest}`),
  message(`0040 0000 ${vector.heartbeat}`),
  channel(RDPDR, vector.channelPdu),
  bytes(vector.fastPathOutput),
  bytes('03000009 02f080 2180'),
];
const anything = fc.oneof(
  mutated(fc.constantFrom(...said)),
  fc.constantFrom(...said),
  fc.uint8Array({ minLength: 1, maxLength: 40 }),
);
/** The octets of a unit as its own header counts them, so that damage inside is reached. */
const framed = anything.map((unit) => {
  if (unit[0] !== 3 || unit.length < 15) return unit;
  const fixed = unit.slice();
  const put = (at: number, length: number) => {
    fixed[at] = length >> 8;
    fixed[at + 1] = length & 0xff;
  };
  put(2, fixed.length);
  if ((fixed[13] ?? 0) & 0x80) put(13, 0x8000 | (fixed.length - 15));
  else fixed[13] = fixed.length - 14;
  return fixed;
});

property('whatever a server sends is an event', fc.array(framed, { minLength: 1, maxLength: 5 }), (pdus) => {
  const reader = new SessionReader(ids);
  for (const pdu of pdus) {
    if (reader.read(pdu, 0).length === 0) throw new Error('no event');
  }
});
const fromClient = [
  request(ids, ids.ioChannelId, encodeClientInfo(decode(infoPacket, bytes(pacificClient)))),
  activationReply(ids, demand, demand.capabilitySets).subarray(0, 300),
  request(ids, ids.ioChannelId, bytes(vector.shutdownRequest)),
  request(ids, ids.messageChannelId, bytes(`0020 0000 ${vector.bandwidthResults}`)),
];
property('whatever a client sends is an event, or nothing', fc.oneof(mutated(fc.constantFrom(...fromClient)), framed), (pdu) => {
  clientEvents(pdu, ids);
});
property(
  'whatever a server says, both phases end in an outcome, wait on, or refuse the stream',
  fc.array(framed, { maxLength: 6 }),
  (pdus) => {
    const events = new AwaitedEvents(new SessionReader(ids));
    function* both() {
      const licensed = yield* license(events);
      return licensed.kind === 'licensed' ? yield* activate(events, () => demand.capabilitySets) : licensed;
    }
    try {
      told(both(), ...pdus);
    } catch (e) {
      if (!(e instanceof DecodeError)) throw e;
    }
  },
);
