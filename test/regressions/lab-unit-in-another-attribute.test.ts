import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { isLab, LAB_UNIT } from '../../src/ca/certification-authority.ts';
import { fileSigner } from '../../src/ca/file-signer.ts';
import { makeCaCertificate } from '../../src/x509/ca-certificate.ts';
import { readCertificate } from '../../src/x509/certificate.ts';

const signer = fileSigner(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
const called = async (subject: string) =>
  readCertificate(
    await makeCaCertificate(
      {
        subject,
        serialNumber: Uint8Array.of(0x41),
        notBefore: 0,
        notAfter: 1_000_000,
        publicKey: signer.publicKey,
        pathLength: 0,
        extendedKeyUsage: [],
        crlUrls: [],
        caIssuerUrls: [],
      },
      signer,
    ),
  );

test('a CA is a lab CA by its organizational unit, not by text that looks like one', async () => {
  expect(isLab(await called(`CN=A,OU=${LAB_UNIT}`))).toBe(true);
  expect(isLab(await called(`CN=A\\, OU=${LAB_UNIT}`))).toBe(false);
  expect(isLab(await called(`CN=A,OU=${LAB_UNIT}s`))).toBe(false);
});
