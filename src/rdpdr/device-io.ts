import { counted, padding, record, trailing, u32 } from '../rdp/record.ts';
import { type Codec, named, rest, type Value } from '../wire/codec.ts';

/** MajorFunction, [MS-RDPEFS] 2.2.1.4: what a smart card device is asked for; it knows no other. */
export const majorFunction = { create: 0x00, close: 0x02, read: 0x03, deviceControl: 0x0e } as const;
/** IoStatus as far as it is said here, [MS-ERREF] 2.3.1. */
export const ioStatus = {
  success: 0x0000_0000,
  unsuccessful: 0xc000_0001,
  noSuchDevice: 0xc000_000e,
  noMemory: 0xc000_0017,
  bufferTooSmall: 0xc000_0023,
  notSupported: 0xc000_00bb,
} as const;

/** DR_DEVICE_IOREQUEST, [MS-RDPEFS] 2.2.1.4, with the parameters of its function behind it. */
export const deviceIoRequest = record({
  deviceId: u32,
  fileId: u32,
  completionId: u32,
  majorFunction: u32,
  minorFunction: u32,
  parameters: rest,
});
export type DeviceIoRequest = Value<typeof deviceIoRequest>;
/** DR_DEVICE_IOCOMPLETION, [MS-RDPEFS] 2.2.1.5, with the results of its function behind it. */
export const deviceIoCompletion = record({ deviceId: u32, completionId: u32, ioStatus: u32, results: rest });
export type DeviceIoCompletion = Value<typeof deviceIoCompletion>;

/** Octets of an input or output buffer: [MS-RDPESC] has 66,560 octets of an APDU as the most in one call. */
export const MOST_BUFFER = 0x4_0000;
const reserved = padding(20);

/** DR_CONTROL_REQ behind the request's header, [MS-RDPEFS] 2.2.1.4.5. */
export interface ControlRequest {
  /** Octets that the other side has room for; no reason to allocate as many. */
  readonly outputBufferLength: number;
  readonly ioControlCode: number;
  readonly input: Uint8Array;
  /** 20 octets without a meaning, unless they are zero; what stands behind the input. */
  readonly padding?: Uint8Array | undefined;
  readonly trailing?: Uint8Array | undefined;
}
export const controlRequest: Codec<ControlRequest> = {
  read(r) {
    const outputBufferLength = named('outputBufferLength', () => u32.read(r));
    const inputBufferLength = named('inputBufferLength', () => u32.read(r));
    if (MOST_BUFFER < inputBufferLength) throw r.fail(`${inputBufferLength} octets of input, over ${MOST_BUFFER}`);
    const ioControlCode = named('ioControlCode', () => u32.read(r));
    const padded = named('padding', () => reserved.read(r));
    const input = named('input', () => r.bytes(inputBufferLength));
    return {
      outputBufferLength,
      ioControlCode,
      input,
      ...(padded && { padding: padded }),
      ...(r.left > 0 && { trailing: r.bytes() }),
    };
  },
  write(w, { outputBufferLength, ioControlCode, input, padding: padded, trailing: left = new Uint8Array() }) {
    if (MOST_BUFFER < input.length) throw w.fail(`${input.length} octets of input, over ${MOST_BUFFER}`);
    u32.write(w, outputBufferLength);
    u32.write(w, input.length);
    u32.write(w, ioControlCode);
    reserved.write(w, padded);
    w.bytes(input).bytes(left);
  },
};
/** DR_CONTROL_RSP behind the completion's header, [MS-RDPEFS] 2.2.1.5.5. */
export const controlResponse = record({ output: counted(u32, MOST_BUFFER), trailing });
