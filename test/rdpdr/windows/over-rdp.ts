import { ChannelReassembly } from '../../../src/rdp/channel-reassembly.ts';
import { channelMessage } from '../../../src/rdp/channels.ts';
import { clientEvents } from '../../../src/rdp/client-event.ts';
import { rdpFrame } from '../../../src/rdp/rdp-frame.ts';
import { type LoggedOn, logonLong, type SaveSessionInfo, saveSessionInfo } from '../../../src/rdp/save-session-info.ts';
import { SERVER_USER_ID, shareIndications } from '../../../src/rdp/session-ids.ts';
import { dataPdu, pduType2 } from '../../../src/rdp/share-data.ts';
import { encode } from '../../../src/wire/codec.ts';
import { ask, type Conversation } from '../../../src/wire/conversation.ts';
import { type Guest, usualDemand } from '../../rdp/fake-host.ts';
import type { Host } from './device.ts';
import { must } from './octets.ts';

const CHUNK = 1600;
/** The guest has left, where the host expected something of it. */
export class GuestLeft extends Error {}

/** The static channel of one guest's connection, for a host that asks for messages. */
export class OverRdp {
  readonly #guest: Guest;
  readonly #channelId: number;
  readonly #reassembly = new ChannelReassembly(0x2_0000);
  #arrived: Uint8Array[] = [];
  constructor(guest: Guest) {
    this.#guest = guest;
    const names = guest.ids.channels.map(({ name }) => name);
    // [MS-RDPEFS] appendix A, note 1: Windows is silent on rdpdr unless there is rdpsnd as well.
    must(names.includes('rdpdr') && names.includes('rdpsnd'), `rdpdr and rdpsnd, not ${names.join(', ')}`);
    this.#channelId = guest.ids.channels.find(({ name }) => name === 'rdpdr')?.id ?? 0;
  }
  /** The PIN that the client said, as logon takes it. */
  get pin(): string {
    return Buffer.from(this.#guest.info.infoPacket.password).toString('utf16le');
  }
  *play<T>(host: Host<T>): Conversation<T> {
    let turn = host.next();
    while (!turn.done) {
      if (turn.value.do === 'send') {
        const to = {
          kind: 'send-data-indication',
          initiator: SERVER_USER_ID,
          channelId: this.#channelId,
          chunkLength: CHUNK,
        } as const;
        yield* ask<'send'>({ do: 'send', bytes: channelMessage(turn.value.message, to) });
        turn = host.next();
      } else turn = host.next(yield* this.#message());
    }
    return turn.value;
  }
  *#message(): Conversation<Uint8Array> {
    for (;;) {
      const next = this.#arrived.shift();
      if (next) return next;
      const pdu = yield* ask<'receive'>({ do: 'receive', frame: rdpFrame });
      for (const event of clientEvents(pdu, this.#guest.ids)) {
        if (event.kind === 'disconnect') throw new GuestLeft();
        if (event.kind !== 'channel-data') continue;
        must(event.channelId === this.#channelId, 'nothing on another channel');
        must(event.userData.length <= CHUNK + 8, `a chunk of ${event.userData.length} octets`);
        const received = this.#reassembly.receive(event.userData);
        if (received.kind === 'message') this.#arrived.push(received.message.slice());
        else must(received.kind === 'incomplete', 'chunks that fit together');
      }
    }
  }
}
const says = (type: number, body: Uint8Array): Conversation<undefined> =>
  ask<'send'>({
    do: 'send',
    bytes: shareIndications({ userId: 0, ioChannelId: 1003, messageChannelId: undefined }, [
      dataPdu({ shareId: usualDemand.shareId, pduSource: SERVER_USER_ID, type, body }),
    ]),
  });
export const saysSession = (session: SaveSessionInfo): Conversation<undefined> =>
  says(pduType2.saveSessionInfo, encode(saveSessionInfo, session));
export const saysLoggedOn = (who: LoggedOn): Conversation<undefined> => saysSession(logonLong(who));
export const saysErrorInfo = (code: number): Conversation<undefined> =>
  says(pduType2.setErrorInfo, Uint8Array.of(code & 255, (code >>> 8) & 255, 0, 0));
