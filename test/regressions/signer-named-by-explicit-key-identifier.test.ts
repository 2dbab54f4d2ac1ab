import { expect, it } from 'vitest';
import { oid } from '../../src/x509/oid.ts';
import { verifySignedData } from '../../src/x509/verify-signed-data.ts';
import { content, makeSignedData, signers, stranger } from '../x509/made-signed-data.ts';

// Heimdal's KDC, and with it Samba's, writes subjectKeyIdentifier of a SignerInfo of version 1 as [0] EXPLICIT where RFC 5652 5.3
// has [0] IMPLICIT; every PKINIT reply of a Samba domain controller was refused as unreadable.
it('a signer named by an explicitly tagged key identifier is found', async () => {
  const bytes = makeSignedData({ byKeyIdentifier: 'explicit' });
  expect(Buffer.from(bytes).toString('hex')).toMatch(/020101a0160414/);
  expect(await verifySignedData({ bytes, contentType: oid.pkinitDHKeyData })).toEqual({
    ok: true,
    content,
    certificates: [signers.rsa.der, stranger.der],
    crls: [],
  });
});
it('and still has to have signed', async () => {
  const bytes = makeSignedData({ byKeyIdentifier: 'explicit', certificates: [stranger.der] });
  expect(await verifySignedData({ bytes, contentType: oid.pkinitDHKeyData })).toMatchObject({ ok: false });
});
