import { octetsOf } from '../wire/ndr-string.ts';
import type { OccupiedReader } from './reader-status.ts';

const text = (wide: boolean) => (reader: OccupiedReader) => octetsOf(`${reader.name}\0`, wide);
/** Attributes of a reader by their number, SCARD_ATTR_* of winsmcrd.h as SCardGetAttrib has them. */
const attributes: ReadonlyMap<number, (reader: OccupiedReader) => Uint8Array> = new Map([
  [0x0001_0100, () => octetsOf('Mayfly\0', false)], // VENDOR_NAME
  [0x0009_0303, ({ answerToReset }) => answerToReset], // ATR_STRING
  [0x7fff_0003, text(false)], // DEVICE_FRIENDLY_NAME_A
  [0x7fff_0004, text(false)], // DEVICE_SYSTEM_NAME_A
  [0x7fff_0005, text(true)], // DEVICE_FRIENDLY_NAME_W
  [0x7fff_0006, text(true)], // DEVICE_SYSTEM_NAME_W
]);
/** `undefined` for an attribute that this reader does not have. */
export const readerAttribute = (attributeId: number, reader: OccupiedReader): Uint8Array | undefined =>
  attributes.get(attributeId)?.(reader);
