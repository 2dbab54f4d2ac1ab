import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateCaKey } from '../../src/ca/key-kind.ts';
import { ownServerIdentity } from '../../src/ca/service-certificate.ts';
import { clock, temporaryFolder } from '../ca/made-ca.ts';

const DAY = 86_400;
const names = ['mayfly.corp.example'];
const isPair = ({ certificate, key }: { readonly certificate: string; readonly key: string }) =>
  new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));

/** API and gateway looked at the same time, and each made a certificate: one's could stay with the other's key, for good. */
describe("the service's own certificate, its end near", () => {
  it('is made once for all who look', async () => {
    const folder = temporaryFolder();
    const all = await Promise.all([1, 2, 3].map(() => ownServerIdentity(folder, names, clock())));
    expect(new Set(all).size).toBe(1);
    const later = clock() + 380 * DAY;
    const renewed = await Promise.all([1, 2, 3].map(() => ownServerIdentity(folder, names, later)));
    expect(new Set(renewed.map(({ certificate }) => certificate)).size).toBe(1);
    expect([renewed.map(isPair), renewed[0]?.certificate === all[0]?.certificate]).toEqual([[true, true, true], false]);
  });
  it('is made anew where a crash left it with another key', async () => {
    const folder = temporaryFolder();
    const first = await ownServerIdentity(folder, names, clock());
    const other = await generateCaKey('rsa-2048');
    writeFileSync(join(folder, 'new'), other.export({ format: 'pem', type: 'pkcs8' }));
    renameSync(join(folder, 'new'), join(folder, 'tls.key'));
    const second = await ownServerIdentity(folder, names, clock());
    expect([isPair(second), second.certificate === first.certificate]).toEqual([true, false]);
    expect(readFileSync(join(folder, 'tls.crt'), 'utf8')).toBe(second.certificate);
  });
});
