import { readFileSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CaFolder } from '../../src/ca/ca-folder.ts';
import type { CertificationAuthority } from '../../src/ca/certification-authority.ts';
import { openssl, pem } from '../x509/openssl.ts';
import { containing, oneClause } from './expected.ts';
import { clock, copyOf, logonRequest, madeCa, openCa, tree } from './made-ca.ts';
import { failing, unwatchedFiles, watchedFiles } from './watched-files.ts';

let whole: CaFolder;
beforeAll(async () => {
  whole = await madeCa();
});
afterEach(unwatchedFiles);
async function issued(authority: CertificationAuthority, lifetime = 300) {
  const issuance = await authority.issue(logonRequest({ lifetime }));
  if (!issuance.ok) throw new Error(issuance.faults.map(({ reason }) => reason).join());
  return issuance;
}
/** A CRL as openssl reads it. */
function crlText(der: Uint8Array): { number: number; serials: string[]; text: string } {
  const { ok, text } = openssl(['crl', '-inform', 'DER', '-in', 'crl', '-noout', '-text', '-nameopt', 'RFC2253'], { crl: der });
  if (!ok) throw new Error(text);
  const number = Number(/CRL Number:\s*(\w+)/.exec(text)?.[1]);
  return { number, serials: [...text.matchAll(/Serial Number: (\w+)/g)].map(([, serial = '']) => serial.toLowerCase()), text };
}
const entries = (folder: CaFolder) =>
  readFileSync(folder.logFile, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; number?: number; serialNumber?: string });

describe('issuing', () => {
  it('releases a certificate only after its entry is on the disk', async () => {
    const folder = copyOf(whole);
    const authority = await openCa(folder);
    const order: string[] = [];
    watchedFiles('fdatasyncSync').mockImplementation(() => void order.push(entries(folder).at(-1)?.event ?? ''));
    await issued(authority).then(() => order.push('released'));
    expect(order).toEqual(['issued', 'released']);
    await authority.close();
  });
  it('releases nothing and keeps key and card free when the entry could not be written', async () => {
    const folder = copyOf(whole);
    const authority = await openCa(folder);
    const before = tree(folder.path);
    watchedFiles('writeSync').mockImplementationOnce(failing('ENOSPC'));
    const request = logonRequest();
    await expect(authority.issue(request)).rejects.toMatchObject({ code: 'log-write', message: containing('ENOSPC') });
    expect(tree(folder.path)).toEqual(before);
    expect((await authority.issue(request)).ok).toBe(true);
    await authority.close();
  });
  it('knows keys and cards again after a restart', async () => {
    const folder = copyOf(whole);
    const first = await openCa(folder);
    const request = logonRequest();
    await first.issue(request);
    await first.close();
    const second = await openCa(folder);
    const again = await second.issue(request);
    expect(JSON.stringify(again)).toContain('a certificate for this key has been issued before');
    expect(JSON.stringify(again)).toContain('a certificate for this card id has been issued before');
    await second.close();
  });
  it('can be opened once only', async () => {
    const folder = copyOf(whole);
    const first = await openCa(folder);
    await expect(openCa(folder)).rejects.toMatchObject({ code: 'ca-busy', message: oneClause, next: oneClause });
    await first.close();
    await (await openCa(folder)).close();
  });
  it('says what is wrong when its lock is not a lock', async () => {
    const folder = copyOf(whole);
    const { writeFileSync } = await import('node:fs');
    writeFileSync(folder.lockFile, 'something else'.repeat(100));
    await expect(openCa(folder)).rejects.toMatchObject({ code: 'ca-lock', message: oneClause, next: containing('removed') });
    rmSync(folder.lockFile);
    await (await openCa(folder)).close();
  });
});

describe('revoking', () => {
  it('shows in the next CRL as openssl reads it, with its reason, and verifies', async () => {
    const folder = copyOf(whole);
    const authority = await openCa(folder);
    const [good, lost, plain] = [await issued(authority), await issued(authority), await issued(authority)];
    expect(await authority.revoke(lost.serialNumber, 'keyCompromise')).toEqual({ ok: true, crlNumber: 2 });
    expect(await authority.revoke(plain.serialNumber, 'unspecified')).toEqual({ ok: true, crlNumber: 3 });
    const der = await authority.crl();
    const { number, serials, text } = crlText(der);
    expect(number).toBe(3);
    expect(serials.sort()).toEqual([lost.serialNumber, plain.serialNumber].sort());
    expect(text).toMatch(/Key Compromise/);
    expect(text).not.toMatch(/Unspecified/);
    const verify = (certificate: Uint8Array) =>
      openssl(['verify', '-CAfile', 'ca.crt', '-crl_check', '-CRLfile', 'crl.pem', 'leaf.pem'], {
        'ca.crt': readFileSync(folder.certificateFile),
        'crl.pem': pem('X509 CRL', [der]),
        'leaf.pem': pem('CERTIFICATE', [certificate]),
      });
    expect(verify(good.certificate)).toMatchObject({ ok: true });
    expect(verify(lost.certificate)).toMatchObject({ ok: false, text: containing('revoked') });
    await authority.close();
  });
  it('refuses a serial number that is unknown, revoked already or of a certificate that has ended', async () => {
    let now = clock();
    const folder = copyOf(whole);
    const authority = await openCa(folder, () => now);
    const [revoked, ending] = [await issued(authority), await issued(authority, 60)];
    await authority.revoke(revoked.serialNumber, 'superseded');
    const before = tree(folder.path);
    expect(await authority.revoke('40'.repeat(16), 'superseded')).toMatchObject({
      ok: false,
      reason: containing('no certificate with that serial number'),
    });
    expect(await authority.revoke(revoked.serialNumber, 'superseded')).toMatchObject({
      ok: false,
      reason: containing('revoked already'),
    });
    now += 60;
    expect(await authority.revoke(ending.serialNumber, 'superseded')).toMatchObject({
      ok: false,
      reason: containing('has ended'),
    });
    expect(tree(folder.path)).toEqual(before);
    await authority.close();
  });
  it('of one certificate asked for many times at once is done once', async () => {
    const folder = copyOf(whole);
    const authority = await openCa(folder);
    const { serialNumber } = await issued(authority);
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => authority.revoke(serialNumber, 'superseded')));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(entries(folder).filter(({ event }) => event === 'revoked')).toHaveLength(1);
    await authority.close();
  });
  it('is recorded even where the CRL cannot be written, says so, and the CRL follows', async () => {
    const folder = copyOf(whole);
    const authority = await openCa(folder);
    const { serialNumber } = await issued(authority);
    const handle = await open(import.meta.filename);
    await handle.close();
    vi.spyOn(Object.getPrototypeOf(handle) as FileHandle, 'writeFile').mockRejectedValueOnce(
      Object.assign(new Error('full'), { code: 'ENOSPC' }),
    );
    await expect(authority.revoke(serialNumber, 'superseded')).rejects.toMatchObject({
      code: 'crl-write',
      message: expect.stringMatching(/^the revocation is recorded, but .*ENOSPC/) as unknown,
    });
    expect(crlText(await authority.crl()).serials).toEqual([]);
    await authority.keepCrlFresh();
    expect(crlText(await authority.crl())).toMatchObject({ serials: [serialNumber], number: 3 });
    await authority.close();
  });
});

describe('CRLs', () => {
  it('have numbers that rise over restarts, whatever is asked at once', async () => {
    const folder = copyOf(whole);
    const numbers: number[] = [];
    for (let i = 0; i < 3; i++) {
      const authority = await openCa(folder);
      numbers.push(...(await Promise.all([authority.makeCrl(), authority.makeCrl(), authority.makeCrl()])));
      expect(crlText(await authority.crl()).number).toBe(numbers.at(-1));
      await authority.close();
    }
    expect(numbers).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(entries(folder).map(({ number }) => number)).toEqual([1, ...numbers]);
  });
  it('keep a revocation over restarts until one CRL past its end has carried it', async () => {
    const folder = copyOf(whole);
    let now = clock();
    const reopened = () => openCa(folder, () => now);
    let authority = await reopened();
    const { serialNumber } = await issued(authority);
    await authority.revoke(serialNumber, 'keyCompromise');
    await authority.close();
    const listed: boolean[] = [];
    for (const later of [10, 400, 10, 10]) {
      now += later;
      authority = await reopened();
      await authority.makeCrl();
      listed.push(crlText(await authority.crl()).serials.includes(serialNumber));
      await authority.close();
    }
    expect(listed).toEqual([true, true, false, false]);
  });
  it('are made anew when a day old, when the clock was set back, and not before', async () => {
    const folder = copyOf(whole);
    let now = clock();
    const authority = await openCa(folder, () => now);
    const number = async () => {
      await authority.keepCrlFresh();
      return crlText(await authority.crl()).number;
    };
    expect(await number(), 'the first look of a process').toBe(2);
    expect(await number()).toBe(2);
    now += 24 * 3600 - 1;
    expect(await number()).toBe(2);
    now += 1;
    expect(await number()).toBe(3);
    now -= 3600;
    expect(await number()).toBe(4);
    await authority.close();
  });
  it('have thisUpdate ten minutes back and nextUpdate a week on', async () => {
    const { text } = crlText(readFileSync(whole.crlFile));
    const [last, next] = ['Last', 'Next'].map(
      (which) => Date.parse(new RegExp(`${which} Update: (.*)`).exec(text)?.[1] ?? '') / 1000,
    );
    expect(clock() - (last ?? 0)).toBeGreaterThanOrEqual(600);
    expect(clock() - (last ?? 0)).toBeLessThan(700);
    expect((next ?? 0) - (last ?? 0)).toBe(7 * 24 * 3600 + 600);
  });
});
