import type { Lint } from '../lint.ts';

const OCTETS = 16;

/** 16 octets, positive and unguessable. */
export const serialNumber: Lint = {
  name: 'serial-number',
  source: 'RFC 5280 4.1.2.2',
  check({ serialNumber: serial }) {
    const first = serial[0] ?? 0;
    return serial.length === OCTETS && 0 < first && first < 0x80
      ? undefined
      : `the serial number is not ${OCTETS} octets and positive`;
  },
};
