import { createHash } from 'node:crypto';
import type { LoggedOn } from '../../src/rdp/save-session-info.ts';
import { type CorePdu, corePdu } from '../../src/rdpdr/core-pdu.ts';
import { deviceType } from '../../src/rdpdr/device-announce.ts';
import { majorFunction } from '../../src/rdpdr/device-io.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import type { Conversation } from '../../src/wire/conversation.ts';
import { ByteWriter } from '../../src/wire/cursor.ts';
import { terminatedOctets } from '../../src/wire/utf-16.ts';
import { type FakeHost, fakeHost, type Guest, untilItLeaves } from '../../test/rdp/fake-host.ts';
import { hostCertificate } from '../../test/rdp/fake-host-certificate.ts';
import type { Host } from '../../test/rdpdr/windows/device.ts';
import { WindowsHost } from '../../test/rdpdr/windows/logon.ts';
import { GuestLeft, OverRdp, saysLoggedOn } from '../../test/rdpdr/windows/over-rdp.ts';

const PATIENCE = 60_000;
const GENERIC_READ = 0x8000_0000;
const FILE_OPEN = 1;
const SHARED = 7;
const MOST = 4096;
/** IRP_MJ_WRITE, [MS-RDPEFS] 2.2.1.4. */
const WRITE = 4;
const PAGE = new TextEncoder().encode('%!PS\nshowpage\n');
/** What the host does with the guest that comes next. */
export interface DrivePlan {
  readonly who: LoggedOn;
  /** A file of the client's drive, such as \hello.txt. */
  readonly reads?: string;
}
export interface DriveHost {
  readonly host: FakeHost;
  readonly fingerprint: string;
  next: DrivePlan;
  /** Types of all devices that were announced to it, in order. */
  readonly devices: number[];
  /** What it read. */
  readonly read: string[];
  /** NTSTATUS of each print job that was begun, and of its data. */
  readonly printed: number[];
}
const say = function* (pdu: CorePdu): Host<void> {
  yield { do: 'send', message: encode(corePdu, pdu) };
};
const hear = function* (): Host<CorePdu> {
  return decode(corePdu, (yield { do: 'receive' }) ?? new Uint8Array());
};
function* answer(id: number): Host<CorePdu & { readonly kind: 'device-io-completion' }> {
  for (;;) {
    const pdu = yield* hear();
    if (pdu.kind === 'device-io-completion' && pdu.completionId === id) return pdu;
  }
}
function* completion(id: number): Host<Uint8Array> {
  const { ioStatus, results } = yield* answer(id);
  if (ioStatus !== 0) throw new Error(`the drive answers 0x${ioStatus.toString(16)}`);
  return results;
}
/** DR_CREATE_REQ and DR_READ_REQ, [MS-RDPEFS] 2.2.1.4.1 and 2.2.1.4.3. */
function creation(path: string): Uint8Array {
  const w = new ByteWriter();
  const name = terminatedOctets(path);
  for (const field of [GENERIC_READ, 0, 0, 0, SHARED, FILE_OPEN, 0, name.length]) w.u32(field, true);
  return w.bytes(name).finish();
}
function reading(): Uint8Array {
  const w = new ByteWriter();
  for (const field of [MOST, 0, 0, 0, 0, 0, 0, 0]) w.u32(field, true);
  return w.finish();
}
function* fileOf(drive: number, path: string): Host<string> {
  const base = { kind: 'device-io-request', deviceId: drive, minorFunction: 0 } as const;
  const open = { ...base, fileId: 0, completionId: 901, majorFunction: majorFunction.create, parameters: creation(path) };
  yield* say(open);
  const created = yield* completion(901);
  const fileId = new DataView(created.buffer, created.byteOffset).getUint32(0, true);
  yield* say({ ...base, fileId, completionId: 902, majorFunction: majorFunction.read, parameters: reading() });
  const data = yield* completion(902);
  return Buffer.from(data.subarray(4)).toString('utf8');
}
/** DR_PRN_CREATE_REQ and DR_PRN_WRITE_REQ, [MS-RDPEPC] 2.2.2.7 and 2.2.2.8. */
function* job(printer: number, data: Uint8Array): Host<number[]> {
  const base = { kind: 'device-io-request', deviceId: printer, minorFunction: 0 } as const;
  const open = { ...base, fileId: 0, completionId: 911, majorFunction: majorFunction.create, parameters: creation('') };
  yield* say(open);
  const { ioStatus, results } = yield* answer(911);
  if (ioStatus !== 0) return [ioStatus];
  const fileId = new DataView(results.buffer, results.byteOffset).getUint32(0, true);
  const w = new ByteWriter();
  for (const field of [data.length, 0, 0, 0, 0, 0, 0, 0]) w.u32(field, true);
  const parameters = w.bytes(data).finish();
  yield* say({ ...base, fileId, completionId: 912, majorFunction: WRITE, parameters });
  const written = yield* answer(912);
  yield* say({ ...base, fileId, completionId: 913, majorFunction: majorFunction.close, parameters: new Uint8Array(32) });
  return [ioStatus, written.ioStatus, (yield* answer(913)).ioStatus];
}
/** A Windows host made from the specifications that looks at the drives of whoever is logged on. */
export async function driveHost(): Promise<DriveHost> {
  const devices: number[] = [];
  const read: string[] = [];
  const printed: number[] = [];
  const state = { next: { who: { domain: '', userName: '', sessionId: 1 } } as DrivePlan };
  function* looks(path: string | undefined): Host<void> {
    yield* say({ kind: 'user-logged-on' });
    for (;;) {
      const pdu = yield* hear();
      if (pdu.kind !== 'device-list-announce') continue;
      for (const device of pdu.devices) {
        devices.push(device.deviceType);
        yield* say({ kind: 'device-reply', deviceId: device.deviceId, resultCode: 0 });
        if (device.deviceType === deviceType.printer) printed.push(...(yield* job(device.deviceId, PAGE)));
        if (path !== undefined && device.deviceType === deviceType.filesystem) read.push(yield* fileOf(device.deviceId, path));
      }
    }
  }
  const session = function* (guest: Guest): Conversation<void> {
    const { who, reads } = state.next;
    const channel = new OverRdp(guest);
    yield* channel.play(new WindowsHost().logon({ pin: channel.pin }));
    devices.push(deviceType.smartcard);
    yield* saysLoggedOn(who);
    try {
      yield* channel.play(looks(reads));
    } catch (e) {
      if (!(e instanceof GuestLeft)) throw e;
    }
    yield* untilItLeaves(guest.ids);
  };
  const host = await fakeHost(hostCertificate, { session }, PATIENCE);
  return Object.assign(state, {
    host,
    devices,
    read,
    printed,
    fingerprint: createHash('sha256').update(hostCertificate.der).digest('hex'),
  });
}
