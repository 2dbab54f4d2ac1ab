import { execFileSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { boundKey, publicKeyProof } from '../../src/credssp/public-key-binding.ts';
import { SecurityContext } from '../../src/credssp/security-context.ts';
import { smartCardCredentials } from '../../src/credssp/ts-credentials.ts';
import { random } from '../kerberos/stand-in-ticket.ts';
import { hostCertificate } from '../rdp/fake-host-certificate.ts';
import { hex } from '../wire/annotated-hex.ts';

const nonce = random(32);
const key = boundKey(hostCertificate.der);
/** Lengths around those of a block, where ciphertext stealing has its cases. */
const lengths = [0, 1, 15, 16, 17, 32, 48, 270];
const tokens = [17, 18, 19, 20].flatMap((etype) =>
  lengths.map((length, i) => ({
    etype,
    key: random(etype % 2 ? 16 : 32),
    acceptor: i % 2 === 1,
    subkey: i % 3 === 0,
    number: i === 0 ? 0 : 0x3fff_ffff - i,
    message: random(length),
    confounder: random(16),
  })),
);
const texts = { keySpec: 1, readerName: 'Mayfly 0', providerName: 'Microsoft Base Smart Card Crypto Provider' };
const credentials = [
  { pin: '12345678', ...texts, containerName: null, userHint: null, domainHint: null },
  {
    ...{ pin: '90817263', ...texts, keySpec: 0, containerName: 'af783b91-ffe9-0147-ad19-24cea55fc105' },
    ...{ userHint: 'größe', domainHint: 'CORP' },
  },
];
interface Computed {
  readonly client: string;
  readonly server: string;
  readonly tokens: readonly string[];
  readonly credentials: readonly string[];
}
const asked = {
  nonce: hex(nonce),
  key: hex(key),
  tokens: tokens.map((each) => ({
    ...each,
    key: hex(each.key),
    message: hex(each.message),
    confounder: hex(each.confounder),
  })),
  credentials,
};
const computed = JSON.parse(
  execFileSync('python3', [join(import.meta.dirname, 'formulas.py')], { input: JSON.stringify(asked), encoding: 'utf8' }),
) as Computed;

describe('computed by Python and openssl', () => {
  it('the hashes that bind the key, in both directions', () => {
    expect(hex(publicKeyProof(6, 'client', nonce, key))).toBe(computed.client);
    expect(hex(publicKeyProof(5, 'server', nonce, key))).toBe(computed.server);
  });
  it.each(tokens.map((given, i) => ({ ...given, length: given.message.length, i })))(
    'a Wrap token of type $etype over $length octets',
    ({ i, etype, key: value, acceptor, subkey: acceptorSubkey, number, message, confounder }) => {
      const context = new SecurityContext({
        key: { etype, value: value.slice() },
        ...{ acceptor, acceptorSubkey, ownSequence: number, peerSequence: 0 },
      });
      expect(hex(context.seal(message, confounder))).toBe(computed.tokens[i]);
      const peer = new SecurityContext({
        key: { etype, value: value.slice() },
        ...{ acceptor: !acceptor, acceptorSubkey, ownSequence: 0, peerSequence: number },
      });
      expect(hex(peer.open(Buffer.from(computed.tokens[i] ?? '', 'hex')))).toBe(hex(message));
    },
  );
  it.each(credentials.map((given, i) => ({ given, i })))('TSCredentials $i', ({ given, i }) => {
    const { pin, containerName, userHint, domainHint, ...rest } = given;
    const made = smartCardCredentials({
      ...rest,
      pin: new TextEncoder().encode(pin),
      containerName: containerName ?? undefined,
      userHint: userHint ?? undefined,
      domainHint: domainHint ?? undefined,
    });
    expect(hex(made)).toBe(computed.credentials[i]);
  });
});
it('the key that is bound is the one that node:crypto reads from the certificate', () => {
  const publicKey = createPublicKey(hostCertificate.key.privateKey);
  expect(hex(key)).toBe(publicKey.export({ format: 'der', type: 'pkcs1' }).toString('hex'));
});
