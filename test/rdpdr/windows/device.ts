import type { Call, IoctlName } from './calls.ts';
import { ioctl } from './calls.ts';
import { must, type Octets, Output, u16, u32, zeroes } from './octets.ts';

/** What the host asks of whoever carries its messages. */
export type HostAsk = { readonly do: 'send'; readonly message: Uint8Array } | { readonly do: 'receive' };
export type Host<T> = Generator<HostAsk, T, Uint8Array | undefined>;

export const SUCCESS = 0;
const BUFFER_TOO_SMALL = 0xc000_0023;
const RDPDR = 0x4472;
const id = {
  serverAnnounce: 0x496e,
  clientIdConfirm: 0x4343,
  clientName: 0x434e,
  serverCapability: 0x5350,
  clientCapability: 0x4350,
  deviceList: 0x4441,
  deviceReply: 0x6472,
  ioRequest: 0x4952,
  ioCompletion: 0x4943,
  userLoggedOn: 0x554c,
} as const;

/** What a request was answered with. */
export interface Completion {
  readonly status: number;
  readonly output: Uint8Array;
}
/**
 * A Windows host's end of the device redirection channel, [MS-RDPEFS] as the recording of a real logon has it: version 1.13, numbers of
 * requests that are small and used again, at least one request before the device is accepted.
 */
export class WindowsDevice {
  #device = 0;
  readonly #open = new Set<number>();
  readonly #completed = new Map<number, Completion>();
  /** Calls made so far, by name. */
  readonly made: Partial<Record<IoctlName, number>> = {};
  /** Requests that are not answered yet. */
  get open(): number {
    return this.#open.size;
  }

  *#send(packet: number, body: Octets | Uint8Array): Host<void> {
    yield { do: 'send', message: Uint8Array.from([...u16(RDPDR), ...u16(packet), ...body]) };
  }
  *#receive(packet: number, what: string): Host<Output> {
    const r = new Output((yield { do: 'receive' }) ?? new Uint8Array(), what);
    must(r.u16() === RDPDR, `${what}: not of this channel`);
    const got = r.u16();
    must(got === packet, `${what}: packet 0x${got.toString(16)} in its place`);
    return r;
  }
  /** Up to the device list; returns the computer's name. */
  *announce(clientId: number, confirmFirst = false): Host<string> {
    this.#open.clear();
    this.#completed.clear();
    yield* this.#send(id.serverAnnounce, [...u16(1), ...u16(13), ...u32(clientId)]);
    const reply = yield* this.#receive(id.clientIdConfirm, 'Client Announce Reply');
    reply.exactly([...u16(1), ...u16(12), ...u32(clientId)], 'version and id');
    must(reply.left === 0, 'Client Announce Reply: octets left over');
    const named = yield* this.#receive(id.clientName, 'Client Name');
    named.exactly([...u32(1), ...u32(0)], 'unicode and code page');
    const name = Buffer.from(named.take(named.u32())).toString('utf16le');
    must(/^[^\0]+\0$/.test(name) && named.left === 0, 'Client Name: a text and one NUL');
    const confirm = () => this.#send(id.clientIdConfirm, [...u16(1), ...u16(12), ...u32(clientId)]);
    if (confirmFirst) yield* confirm();
    yield* this.#send(id.serverCapability, [...u16(5), ...u16(0), ...capabilitySets]);
    yield* this.#clientCapability();
    if (!confirmFirst) yield* confirm();
    yield* this.#deviceList();
    return name.slice(0, -1);
  }
  *#clientCapability(): Host<void> {
    const r = yield* this.#receive(id.clientCapability, 'Client Core Capability');
    const count = r.u16();
    r.exactly([0, 0], 'padding');
    const versions = new Map<number, number>();
    for (let i = 0; i < count; i++) {
      const [type, length, version] = [r.u16(), r.u16(), r.u32()];
      versions.set(type, version);
      const body = new Output(r.take(length - 8), 'capability set');
      if (type !== 1) must(length === 8, `capability set ${type} of ${length} octets`);
      else generalCapability(body);
    }
    must(versions.get(1) === 2 && versions.get(5) === 1, 'Client Core Capability: general 2 and smart card 1');
    must(r.left === 0, 'Client Core Capability: octets left over');
  }
  *#deviceList(): Host<void> {
    const r = yield* this.#receive(id.deviceList, 'Client Device List Announce');
    must(r.u32() === 1, 'Client Device List Announce: one device');
    must(r.u32() === 0x20, 'Client Device List Announce: a smart card');
    this.#device = r.u32();
    r.exactly([...new TextEncoder().encode('SCARD'), 0, 0, 0, ...u32(0)], 'name and data');
    must(r.left === 0, 'Client Device List Announce: octets left over');
  }
  /** Server Device Announce Response. */
  reply(resultCode = SUCCESS): Host<void> {
    return this.#send(id.deviceReply, [...u32(this.#device), ...u32(resultCode)]);
  }
  userLoggedOn(): Host<void> {
    return this.#send(id.userLoggedOn, []);
  }

  /** Sends a request; its number is the smallest that is free. */
  *request({ name, input }: Call, room = 2048): Host<number> {
    let completion = 0;
    while (this.#open.has(completion)) completion++;
    this.#open.add(completion);
    this.made[name] = (this.made[name] ?? 0) + 1;
    yield* this.#send(id.ioRequest, [
      ...[this.#device, 1, completion, 0x0e, 0, room, input.length, ioctl[name]].flatMap(u32),
      ...zeroes(20),
      ...input,
    ]);
    return completion;
  }
  /** The completion of that request; others that come before it are kept. */
  *completion(number: number): Host<Completion> {
    for (;;) {
      const found = this.#completed.get(number);
      if (found) {
        this.#completed.delete(number);
        this.#open.delete(number);
        return found;
      }
      const r = yield* this.#receive(id.ioCompletion, 'Device I/O Completion');
      must(r.u32() === this.#device, 'Device I/O Completion: another device');
      const [which, status] = [r.u32(), r.u32()];
      must(this.#open.has(which) && !this.#completed.has(which), `a completion ${which} of nothing that is open`);
      const output = r.take(r.u32());
      must(r.left === 0, 'Device I/O Completion: octets left over');
      this.#completed.set(which, { status, output });
    }
  }
  /** One call and its reply; room that does not suffice is doubled, [MS-RDPESC] 3.2.5.2. */
  *call(call: Call, room = 2048): Host<Uint8Array> {
    const { status, output } = yield* this.completion(yield* this.request(call, room));
    if (status === BUFFER_TOO_SMALL && room < 0x10_0000) return yield* this.call(call, room * 2);
    must(status === SUCCESS, `${call.name}: IoStatus 0x${status.toString(16)}`);
    must(output.length <= room, `${call.name}: ${output.length} octets where there is room for ${room}`);
    return output;
  }
}
const set = (type: number, version: number, body: Octets = []): Octets => [
  ...u16(type),
  ...u16(8 + body.length),
  ...u32(version),
  ...body,
];
const capabilitySets: Octets = [
  ...set(1, 2, [...u32(2), ...u32(0), ...u16(1), ...u16(13), ...u32(0xffff), ...zeroes(4), ...u32(7), ...zeroes(8), ...u32(2)]),
  ...[2, 3].flatMap((type) => set(type, 1)),
  ...set(4, 2),
  ...set(5, 1),
];
/** GENERAL_CAPS_SET, [MS-RDPEFS] 2.2.2.7.1: without a device before the logon the card is not looked at. */
function generalCapability(r: Output): void {
  must(r.left === 36, 'general capability: 44 octets');
  r.take(8);
  r.exactly([...u16(1), ...u16(12)], 'protocol version');
  const ioCode1 = r.u32();
  must((ioCode1 & 0x7fff) === 0x7fff, 'general capability: all major functions');
  r.exactly(u32(0), 'ioCode2');
  r.exactly(u32(7), 'extendedPDU');
  r.take(8);
  r.exactly(u32(1), 'SpecialTypeDeviceCap');
}
