import { scardCode } from '../codes/scard-code.ts';
import { decode, encode } from '../wire/codec.ts';
import { DecodeError } from '../wire/cursor.ts';
import {
  type ControlRequest,
  controlRequest,
  controlResponse,
  type DeviceIoCompletion,
  type DeviceIoRequest,
  ioStatus,
  majorFunction,
} from './device-io.ts';
import type { EscCall } from './esc-call.ts';
import { readCall } from './esc-call-codec.ts';
import type { EscReturn } from './esc-return.ts';
import { writeReturn } from './esc-return-codec.ts';
import { KeptReplies } from './kept-replies.ts';
import type { RedirectionEvent, RequestRefusal } from './redirection-event.ts';
import { smartCardIoctl } from './smart-card-ioctl.ts';
import type { SmartCardReader } from './smart-card-reader.ts';

/** Requests that may be open at once, and octets of them: a host has some dozens, mostly waits for a change. */
const MOST_REQUESTS = 256;
const MOST_OCTETS = 0x40_0000;

/** A length of 0, or padding: what stands behind a completion without results. */
const NOTHING = new Uint8Array(4);
/** Results of the functions that are always granted: the file's id and how it was opened, padding. */
const opened: Readonly<Record<number, Uint8Array>> = {
  [majorFunction.create]: Uint8Array.of(1, 0, 0, 0, 0),
  [majorFunction.close]: NOTHING,
};

export interface DeviceRequestsPorts {
  readonly deviceId: number;
  readonly reader: Pick<SmartCardReader, 'call' | 'forgetContexts'>;
  readonly complete: (completion: DeviceIoCompletion & { readonly kind: 'device-io-completion' }) => void;
  readonly events: (event: RedirectionEvent) => void;
  readonly cardHandle: 'with-context' | 'without-context';
}
type Request = ControlRequest & { readonly completionId: number; readonly octets: number };
interface Refusal {
  readonly reason: RequestRefusal;
  readonly status: number;
  readonly sentence: string;
}
const refusal = (reason: RequestRefusal, status: number, sentence: string): Refusal => ({ reason, status, sentence });

/**
 * The I/O requests of one device, each completed when it is done, in whatever order that is, [MS-RDPESC] 3.1.4. A status in
 * IoStatus is about the request; what the reader says is in the reply.
 */
export class DeviceRequests {
  readonly #ports: DeviceRequestsPorts;
  readonly #kept = new KeptReplies();
  #isOpen = false;
  #open = 0;
  #octets = 0;
  /** Raised when the host begins anew: what it asked before has nobody left to hear the answer. */
  #handshake = 0;
  constructor(ports: DeviceRequestsPorts) {
    this.#ports = ports;
  }
  /** Whether the device was announced: from then on requests come, before it is accepted and while a new handshake is led. */
  get isOpen(): boolean {
    return this.#isOpen;
  }
  open(): void {
    this.#isOpen = true;
  }
  /** Nothing asked so far is answered any more. */
  forget(): void {
    this.#handshake++;
    this.#kept.clear();
    this.#ports.reader.forgetContexts();
  }
  take(request: DeviceIoRequest): void {
    const refused = this.#refusalOf(request);
    if (refused) {
      this.#refuse(request.completionId, refused);
      return;
    }
    // DR_CREATE_RSP and DR_CLOSE_RSP, [MS-RDPEFS] 2.2.1.5.1 and 2.2.1.5.2: nobody needs either to use a smart card device.
    const results = opened[request.majorFunction];
    if (results) this.#complete(request.completionId, ioStatus.success, results);
    else this.#control(request);
  }
  #refusalOf({ deviceId, majorFunction: asked, parameters }: DeviceIoRequest): Refusal | undefined {
    if (deviceId !== this.#ports.deviceId) {
      return refusal('unknown-device', ioStatus.noSuchDevice, `the host asked for device ${deviceId}`);
    }
    if (asked !== majorFunction.deviceControl && !(asked in opened)) {
      return refusal('unsupported-function', ioStatus.notSupported, `the host asked for function ${asked} of the device`);
    }
    if (this.#open < MOST_REQUESTS && this.#octets + parameters.length <= MOST_OCTETS) return undefined;
    const sentence = `the host has ${this.#open} requests of ${this.#octets} octets open already`;
    return refusal('too-many', ioStatus.noMemory, sentence);
  }
  #control({ completionId, parameters }: DeviceIoRequest): void {
    try {
      const control = decode(controlRequest, parameters);
      const call = readCall(control.ioControlCode, control.input);
      const request = { ...control, completionId, octets: parameters.length };
      if (call) this.#repeatOrDo(request, call);
      else this.#unknown(request);
    } catch (e) {
      if (!(e instanceof DecodeError)) throw e;
      const sentence = `the host sent a request that cannot be read: ${e.message}`;
      this.#refuse(completionId, refusal('malformed', ioStatus.unsuccessful, sentence));
    }
  }
  /** The specification drops it, [MS-RDPESC] 3.1.4, but then a thread of the host's would wait for ever. */
  #unknown(request: Request): void {
    const { ioControlCode: ioctl } = request;
    const sentence = `the host asked for the control code ${smartCardIoctl(ioctl)?.name ?? `0x${ioctl.toString(16)}`}`;
    this.#ports.events({ kind: 'request-refused', reason: 'unknown-control-code', ioStatus: ioStatus.success, sentence });
    this.#reply(request, undefined, writeReturn({ kind: 'long', returnCode: scardCode.unsupportedFeature }));
  }
  #repeatOrDo(request: Request, call: EscCall): void {
    const kept = this.#kept.take(call, request);
    if (kept) this.#reply(request, call, kept);
    else void this.#execute(request, call);
  }
  async #execute(request: Request, call: EscCall): Promise<void> {
    const handshake = this.#handshake;
    this.#open++;
    this.#octets += request.octets;
    let returned: EscReturn | undefined;
    let reply: Uint8Array | undefined;
    try {
      returned = await this.#ports.reader.call(call);
      reply = writeReturn(this.#inForm(returned));
    } catch {
      // Nothing that a host can bring about; it must not be left waiting all the same.
    }
    this.#open--;
    this.#octets -= request.octets;
    if (handshake !== this.#handshake) return;
    if (returned && reply) {
      const name = smartCardIoctl(request.ioControlCode)?.name ?? call.kind;
      this.#ports.events({ kind: 'call', call: call.kind, name, returnCode: returned.returnCode });
      this.#reply(request, call, reply);
    } else this.#refuse(request.completionId, refusal('failed', ioStatus.unsuccessful, `${call.kind} could not be answered`));
  }
  /** A reply that the host has no room for is kept for the repetition, unless doing the call again does no harm. */
  #reply(request: Request, call: EscCall | undefined, reply: Uint8Array): void {
    const { completionId, outputBufferLength } = request;
    if (reply.length <= outputBufferLength) {
      this.#complete(completionId, ioStatus.success, encode(controlResponse, { output: reply }));
      return;
    }
    if (call) this.#kept.keep(call, request, reply);
    const sentence = `a reply of ${reply.length} octets where the host has room for ${outputBufferLength}`;
    this.#refuse(completionId, refusal('buffer-too-small', ioStatus.bufferTooSmall, sentence));
  }
  #inForm(returned: EscReturn): EscReturn {
    if (returned.kind !== 'connect' || this.#ports.cardHandle === 'with-context') return returned;
    return { ...returned, context: new Uint8Array() };
  }
  #refuse(completionId: number, { reason, status, sentence }: Refusal): void {
    this.#complete(completionId, status, NOTHING);
    this.#ports.events({ kind: 'request-refused', reason, ioStatus: status, sentence });
  }
  #complete(completionId: number, status: number, results: Uint8Array): void {
    const { deviceId, complete } = this.#ports;
    complete({ kind: 'device-io-completion', deviceId, completionId, ioStatus: status, results });
  }
}
