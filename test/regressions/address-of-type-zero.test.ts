import { expect, it } from 'vitest';
import { decodeCredentialCache, encodeCredentialCache } from '../../src/kerberos/credential-cache.ts';
import { credentialCache } from '../vectors/kerberos/mit-exchange.ts';
import { bytes } from '../wire/annotated-hex.ts';

// The octets behind an address or authorization datum of type 0 were read as the next field.
it('reads over an address of type 0 in a credential cache', () => {
  const { principal, credentials } = decodeCredentialCache(bytes(credentialCache));
  const [credential] = credentials;
  if (!credential) throw new Error('no credential');
  const plain = encodeCredentialCache({ principal, credentials: [credential] });
  // Two counts of zero, the length of the ticket, the ticket, the length of the second ticket.
  const at = plain.length - 4 - credential.ticket.length - 4 - 8;
  const address = bytes('00000001 0000 00000004 7f000001');
  const withAddress = Buffer.concat([plain.subarray(0, at), address, plain.subarray(at + 4)]);
  expect(decodeCredentialCache(withAddress).credentials).toEqual([credential]);
});
