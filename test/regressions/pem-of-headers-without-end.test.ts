import { expect, it } from 'vitest';
import { pemBlocks, toPem } from '../../src/ca/pem.ts';
import { cpuTime } from '../cpu-time.ts';

const der = Uint8Array.from({ length: 100 }, (_, i) => i);

// A file of 900 KB, given as a certificate, kept the command busy for hours.
it('a block that never ends costs no more than its length', async () => {
  const hostile = '-----BEGIN CERTIFICATE-----\nA: x'.repeat(30_000);
  const taken = await cpuTime(() => {
    expect(pemBlocks(hostile)).toEqual([]);
    expect(pemBlocks(`-----BEGIN CERTIFICATE-----${'\nA: x'.repeat(200_000)}`)).toEqual([]);
    expect(pemBlocks(hostile + toPem('X', der))).toEqual([{ label: 'X', der }]);
  });
  expect(taken).toBeLessThan(20_000);
});
it('blocks are read past text, headers and broken neighbours', () => {
  const pem = toPem('A', der);
  const withHeaders = pem.replace('-----\n', '-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n');
  const broken = [
    '-----BEGIN A-----\n',
    '-----END A-----\n',
    '-----BEGIN A-----\nAA-A\n-----END A-----',
    '-----BEGIN A-----\nAAAA\n-----END B-----',
  ];
  for (const text of [pem, `words\n${pem}words`, withHeaders, pem.replaceAll('\n', '\r\n'), ...broken.map((b) => b + pem)])
    expect(pemBlocks(text), text).toEqual([{ label: 'A', der }]);
});
