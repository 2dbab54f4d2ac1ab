import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Credential } from '../../src/kerberos/credential.ts';
import { type CredentialCache, decodeCredentialCache, encodeCredentialCache } from '../../src/kerberos/credential-cache.ts';
import { principalText } from '../../src/kerberos/principal-name.ts';
import type { Codec } from '../../src/wire/codec.ts';
import { credentialCache, messages } from '../vectors/kerberos/mit-exchange.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { accepted, mutated, property, same } from '../wire/property.ts';

const ofKinit = bytes(credentialCache);
const cache: Codec<CredentialCache> = {
  read: (r) => decodeCredentialCache(r.bytes()),
  write: (w, v) => w.bytes(encodeCredentialCache(v)),
};
/** What klist makes of a cache. */
function klist(octets: Uint8Array): { status: number | null; text: string } {
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-klist-'));
  try {
    const file = join(folder, 'cache');
    writeFileSync(file, octets, { mode: 0o600 });
    const env = { ...process.env, TZ: 'UTC', LC_ALL: 'C', KRB5_CONFIG: '/dev/null' };
    const run = spawnSync('klist', ['-e', '-f', '-a', '-n', '-c', `FILE:${file}`], { env, timeout: 60_000 });
    if (run.error) throw run.error;
    return { status: run.status, text: `${run.stdout.toString()}${run.stderr.toString()}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the cache of MIT kinit and kvno', () => {
  const read = decodeCredentialCache(ofKinit);
  it('holds what the KDC granted, without its entries of configuration', () => {
    expect(principalText(read.principal)).toBe('alice@VECTOR.TEST');
    expect(read.deltaTime).toBe(0);
    expect(read.credentials.map(({ server }) => principalText(server))).toEqual([
      'krbtgt/VECTOR.TEST@VECTOR.TEST',
      'TERMSRV/host.vector.test@VECTOR.TEST',
    ]);
    for (const [i, reply] of [messages.asRep, messages.tgsRep].entries()) {
      const { ticket, key, endTime, startTime } = read.credentials[i] ?? ({} as Credential);
      expect(hex(bytes(reply))).toContain(hex(ticket));
      expect([key.etype, key.value.length, endTime - startTime]).toEqual([
        18,
        32,
        86_400 - (startTime - (read.credentials[0]?.startTime ?? 0)),
      ]);
    }
  });
  it('is written octet for octet as they wrote it, each credential', () => {
    const whole = hex(ofKinit);
    const header = encodeCredentialCache({ ...read, credentials: [] });
    expect(whole.startsWith(hex(header))).toBe(true);
    for (const credential of read.credentials)
      expect(whole).toContain(hex(encodeCredentialCache({ ...read, credentials: [credential] }).subarray(header.length)));
  });
});

describe('what klist reads of ours', () => {
  const { principal, credentials } = decodeCredentialCache(ofKinit);
  it.each([undefined, 0, 90, -90])('with a clock %s s ahead', (deltaTime) => {
    const { status, text } = klist(encodeCredentialCache({ principal, credentials, deltaTime }));
    expect(status).toBe(0);
    expect(text).toContain('Default principal: alice@VECTOR.TEST');
    expect(text).toMatch(
      /11\/24\/26 14:21:21 +11\/25\/26 14:21:21 +krbtgt\/VECTOR\.TEST@VECTOR\.TEST\n\tFlags: IA, Etype.*aes256-cts/,
    );
    expect(text).toMatch(/TERMSRV\/host\.vector\.test@VECTOR\.TEST\n\tFlags: AT, Etype \(skey, tkt\): aes256-cts-hmac-sha1-96/);
    expect(text.match(/Addresses: \(none\)/g)).toHaveLength(2);
  });
  it('names that must be quoted, as we quote them, and times of renewal', () => {
    const [first] = credentials;
    if (!first) throw new Error('no credential');
    const odd = { realm: 'A@B.TEST', name: { nameType: -128, nameString: ['do/mus', 'größe'] } };
    const renewable = { ...first, client: odd, renewTill: first.endTime + 86_400, flags: 0x0080_0000 };
    const { status, text } = klist(encodeCredentialCache({ principal: odd, credentials: [renewable] }));
    expect(status).toBe(0);
    expect(text).toContain(`Default principal: ${principalText(odd)}`);
    expect(text).toMatch(/renew until 11\/26\/26 14:21:21, Flags: R/);
  });
});

describe('a cache', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 20 });
  const principals = fc.record({
    realm: text.filter((realm) => realm !== 'X-CACHECONF:'),
    name: fc.record({
      nameType: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      nameString: fc.array(text, { maxLength: 16 }),
    }),
  });
  const octets = fc.uint8Array({ maxLength: 80 });
  const times = fc.nat(0xffff_ffff);
  const credentials: fc.Arbitrary<Credential> = fc.record({
    client: principals,
    server: principals,
    key: fc.record({ etype: fc.nat(0xffff), value: octets }),
    ticket: octets,
    flags: times,
    authTime: times,
    startTime: times,
    endTime: times,
    renewTill: fc.option(fc.integer({ min: 1, max: 0xffff_ffff }), { nil: undefined }),
  });
  const caches = fc.record(
    {
      principal: principals,
      credentials: fc.array(credentials, { maxLength: 3 }),
      deltaTime: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    },
    { requiredKeys: ['principal', 'credentials'] },
  );
  property('gives values back', caches, (v) =>
    same(decodeCredentialCache(encodeCredentialCache(v)), structuredClone(v), 'decoded'),
  );
  const good = fc.oneof(fc.constant(ofKinit), caches.map(encodeCredentialCache));
  property('of any octets is read or refused', fc.oneof(mutated(good), fc.uint8Array({ maxLength: 100 })), (input) => {
    accepted(cache, input);
  });
  it.each([
    ['of another version', '0503 0000', 'not a credential cache of version 4'],
    ['with a header cut short', '0504 000c 0001', 'header at byte 4: needs 12 bytes, 2 left'],
    ['with 17 components', '0504 0000 00000001 00000011', 'more than 16 components'],
    ['with a realm of 4 GiB', '0504 0000 00000001 00000001 ffffffff', 'over 65536 octets'],
    ['with a realm that is no text', '0504 0000 00000001 00000000 00000001 ff', 'text is not UTF-8'],
    ['with a credential cut short', '0504 0000 00000001 00000000 00000000 00', '0.client at byte 16'],
  ])('%s is refused', (_, input, reason) => {
    expect(() => decodeCredentialCache(bytes(input))).toThrow(reason);
  });
});
