import { ChannelReassembly } from '../../src/rdp/channel-reassembly.ts';
import { channelMessage, MOST_MESSAGE } from '../../src/rdp/channels.ts';
import { type ClientEvent, clientEvents } from '../../src/rdp/client-event.ts';
import { rdpFrame } from '../../src/rdp/rdp-frame.ts';
import { SERVER_USER_ID } from '../../src/rdp/session-ids.ts';
import { type CorePdu, corePdu } from '../../src/rdpdr/core-pdu.ts';
import { controlRequest, controlResponse, ioStatus, majorFunction } from '../../src/rdpdr/device-io.ts';
import type { EscCall, EscCallKind } from '../../src/rdpdr/esc-call.ts';
import { writeCall } from '../../src/rdpdr/esc-call-codec.ts';
import type { EscReturn } from '../../src/rdpdr/esc-return.ts';
import { readReturn } from '../../src/rdpdr/esc-return-codec.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import { ask, type Conversation } from '../../src/wire/conversation.ts';
import type { Guest } from '../rdp/fake-host.ts';
import * as xrdp from '../vectors/rdpdr/xrdp.ts';
import { bytes } from '../wire/annotated-hex.ts';

/** Recorded: announce, logged on, capabilities, id confirmed; then the device is taken. */
const [announce = '', , capabilities = '', confirm = '', taken = ''] = xrdp.handshake.map(({ request }) => request);

/** A host's end of the device redirection channel of one guest. */
export class RedirectingHost {
  readonly #guest: Guest;
  readonly #channelId: number;
  readonly #reassembly = new ChannelReassembly(MOST_MESSAGE);
  #completionId = 0;
  /** Answers that came before somebody waited for them, by completion. */
  readonly #completed = new Map<number, Uint8Array>();
  readonly #ioctls = new Map<number, number>();
  /** What the guest said besides: the order of everything. */
  readonly heard: (ClientEvent | CorePdu)[] = [];
  constructor(guest: Guest) {
    this.#guest = guest;
    this.#channelId = guest.ids.channels.find(({ name }) => name === 'rdpdr')?.id ?? 0;
  }
  *say(message: Uint8Array): Conversation<void> {
    const to = { kind: 'send-data-indication', initiator: SERVER_USER_ID, channelId: this.#channelId } as const;
    yield* ask<'send'>({ do: 'send', bytes: channelMessage(message, to) });
  }
  /** The next message of one of these kinds; others are heard on the way. */
  *awaited(kind: CorePdu['kind']): Conversation<CorePdu> {
    for (;;) {
      const pdu = yield* ask<'receive'>({ do: 'receive', frame: rdpFrame });
      for (const event of clientEvents(pdu, this.#guest.ids)) {
        if (event.kind !== 'channel-data' || event.channelId !== this.#channelId) {
          this.heard.push(event);
          continue;
        }
        const received = this.#reassembly.receive(event.userData);
        if (received.kind !== 'message') continue;
        const message = decode(corePdu, received.message);
        this.heard.push(message);
        if (message.kind === 'device-io-completion') {
          if (message.ioStatus !== ioStatus.success) throw new Error(`status 0x${message.ioStatus.toString(16)}`);
          this.#completed.set(message.completionId, decode(controlResponse, message.results).output);
        }
        if (message.kind === kind) return message;
      }
    }
  }
  /** The whole handshake; gives the device list. */
  *announced(isTaken = true): Conversation<CorePdu> {
    yield* this.say(bytes(announce));
    yield* this.awaited('client-name');
    yield* this.say(bytes(capabilities));
    yield* this.say(bytes(confirm));
    const devices = yield* this.awaited('device-list-announce');
    yield* this.say(isTaken ? bytes(taken) : encode(corePdu, { kind: 'device-reply', deviceId: 1, resultCode: 0xc000_0001 }));
    return devices;
  }
  /** Asks without waiting; gives the completion's number. */
  *asked(call: EscCall): Conversation<number> {
    const completionId = this.#completionId++;
    const { ioctl, input } = writeCall(call);
    this.#ioctls.set(completionId, ioctl);
    const parameters = encode(controlRequest, { outputBufferLength: 8192, ioControlCode: ioctl, input });
    const on = { deviceId: 1, fileId: 1, majorFunction: majorFunction.deviceControl, minorFunction: 0 };
    yield* this.say(encode(corePdu, { kind: 'device-io-request', ...on, completionId, parameters }));
    return completionId;
  }
  isAnswered(completionId: number): boolean {
    return this.#completed.has(completionId);
  }
  *answer(completionId: number): Conversation<EscReturn> {
    for (;;) {
      const output = this.#completed.get(completionId);
      if (output) return readReturn(this.#ioctls.get(completionId) ?? 0, output);
      yield* this.awaited('device-io-completion');
    }
  }
  *call<K extends EscCallKind & EscReturn['kind']>(
    call: EscCall & { readonly kind: K },
  ): Conversation<EscReturn & { readonly kind: K }> {
    const reply = yield* this.answer(yield* this.asked(call));
    if (reply.kind !== call.kind) throw new Error(`${call.kind} was answered by ${reply.kind}`);
    return reply as EscReturn & { readonly kind: K };
  }
}
