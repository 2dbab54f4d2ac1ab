import { ApduExplanation } from '../piv/apdu-explanation.ts';
import { decode } from '../wire/codec.ts';
import { DecodeError } from '../wire/cursor.ts';
import { printableName } from '../x509/name-text.ts';
import { type CorePdu, corePdu } from './core-pdu.ts';
import { controlRequest, controlResponse, ioStatus, majorFunction } from './device-io.ts';
import { readCall } from './esc-call-codec.ts';
import { callDetails, returnDetails } from './esc-description.ts';
import { readReturn } from './esc-return-codec.ts';
import { smartCardIoctl } from './smart-card-ioctl.ts';

/** What a message of the device redirection channel says, in words. */
export interface PduExplained {
  readonly kind: 'from-host' | 'from-client';
  /** The control code's name where it has one, otherwise the message's. */
  readonly name: string;
  readonly details: readonly string[];
  /** What does not fit the form, one clause. */
  readonly malformed?: string;
}
type Pdu<K extends CorePdu['kind']> = Extract<CorePdu, { readonly kind: K }>;
interface Asked {
  readonly name: string;
  /** Of a smart card; `undefined` where it is something else. */
  readonly ioctl: number | undefined;
}
/** Requests that wait for their completion; hosts have a dozen under way, a capture may be anything. */
const MOST_OPEN = 1024;
const DEVICE_CONTROL_NAME = 'device control';
const octets = (count: number) => `${count} octet${count === 1 ? '' : 's'}`;
const hex = (value: number) => `0x${value.toString(16)}`;
const statusName = (status: number) => Object.entries(ioStatus).find(([, value]) => value === status)?.[0] ?? 'unknown';
const functionName = (value: number) => Object.entries(majorFunction).find(([, each]) => each === value)?.[0] ?? hex(value);
const fromHost = new Set<CorePdu['kind']>([
  'server-announce',
  'client-id-confirm',
  'server-capability',
  'device-reply',
  'device-io-request',
  'user-logged-on',
]);

/** RDPDR_CTYP_CORE in front: a whole message of the channel, not an APDU. */
export const isCorePdu = ([first, second]: Uint8Array): boolean => first === 0x72 && second === 0x44;

/**
 * Says what captured messages of the channel mean, in the order in which they passed: a completion is read for the control code of its
 * request, an answer of the card for what it was asked.
 */
export class IoctlExplanation {
  readonly #asked = new Map<number, Asked>();
  readonly #apdus = new ApduExplanation();

  /** @param from where the capture says so; otherwise as its kind has it */
  explain(message: Uint8Array, from?: PduExplained['kind']): PduExplained {
    const said = this.#explain(message);
    return from === undefined ? said : { ...said, kind: from };
  }
  #explain(message: Uint8Array): PduExplained {
    let pdu: CorePdu;
    try {
      pdu = decode(corePdu, message);
    } catch (e) {
      if (!(e instanceof DecodeError)) throw e;
      return { kind: 'from-host', name: 'device redirection', details: [octets(message.length)], malformed: e.message };
    }
    if (pdu.kind === 'device-io-request') return this.#request(pdu);
    if (pdu.kind === 'device-io-completion') return this.#completion(pdu);
    return { kind: fromHost.has(pdu.kind) ? 'from-host' : 'from-client', name: pdu.kind, details: otherDetails(pdu) };
  }
  #request(pdu: Pdu<'device-io-request'>): PduExplained {
    const { deviceId, completionId } = pdu;
    const about = [`device ${deviceId}`, `completion ${completionId}`];
    if (pdu.majorFunction !== majorFunction.deviceControl) {
      const name = functionName(pdu.majorFunction);
      this.#await(completionId, { name, ioctl: undefined });
      return { kind: 'from-host', name, details: about };
    }
    let name = DEVICE_CONTROL_NAME;
    try {
      const { ioControlCode, input, outputBufferLength } = decode(controlRequest, pdu.parameters);
      const known = smartCardIoctl(ioControlCode);
      name = known?.name ?? `control code ${hex(ioControlCode)}`;
      this.#await(completionId, { name, ioctl: known?.code });
      const call = readCall(ioControlCode, input);
      const said = call ? callDetails(call, this.#apdus) : [octets(input.length)];
      return { kind: 'from-host', name, details: [...about, `room for ${outputBufferLength}`, ...said] };
    } catch (e) {
      if (!(e instanceof DecodeError)) throw e;
      return { kind: 'from-host', name, details: about, malformed: e.message };
    }
  }
  #await(completionId: number, asked: Asked): void {
    if (this.#asked.size < MOST_OPEN) this.#asked.set(completionId, asked);
  }
  #completion({ deviceId, completionId, ioStatus: status, results }: Pdu<'device-io-completion'>): PduExplained {
    const asked = this.#asked.get(completionId);
    this.#asked.delete(completionId);
    const name = asked?.name ?? 'completion of what was not seen';
    const about = [`device ${deviceId}`, `completion ${completionId}`];
    if (status !== ioStatus.success) about.push(`${hex(status)} ${statusName(status)}`);
    try {
      if (asked?.ioctl === undefined || status !== ioStatus.success) return { kind: 'from-client', name, details: about };
      const { output } = decode(controlResponse, results);
      const answer = readReturn(asked.ioctl, output);
      return { kind: 'from-client', name, details: [...about, ...returnDetails(answer, this.#apdus)] };
    } catch (e) {
      if (!(e instanceof DecodeError)) throw e;
      return { kind: 'from-client', name, details: about, malformed: e.message };
    }
  }
}
function otherDetails(pdu: Exclude<CorePdu, Pdu<'device-io-request' | 'device-io-completion'>>): string[] {
  switch (pdu.kind) {
    case 'server-announce':
    case 'client-id-confirm':
      return [`version ${pdu.versionMajor}.${pdu.versionMinor}`, `client ${pdu.clientId}`];
    case 'device-list-announce':
      return pdu.devices
        .slice(0, 8)
        .map((device) => `device ${device.deviceId} of type ${hex(device.deviceType)} ${dosName(device.preferredDosName)}`);
    case 'device-list-remove':
      return pdu.deviceIds.slice(0, 8).map((id) => `device ${id}`);
    case 'device-reply':
      return [`device ${pdu.deviceId}`, pdu.resultCode === 0 ? 'taken' : `refused, ${hex(pdu.resultCode)}`];
    case 'other':
      return [`component ${hex(pdu.component)}`, `packet ${hex(pdu.packetId)}`, octets(pdu.body.length)];
    default:
      return [];
  }
}
const dosName = (name: Uint8Array) => printableName(new TextDecoder('latin1').decode(name).replace(/\0.*$/s, ''));
/** One line. */
export const pduLine = ({ kind, name, details, malformed }: PduExplained): string =>
  `${kind === 'from-host' ? '>' : '<'} ${[name, details.join(', ')].filter((part) => part !== '').join(': ')}${
    malformed === undefined ? '' : ` (malformed: ${malformed})`
  }`;
