import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CaFolder } from '../../src/ca/ca-folder.ts';
import { CertificationAuthority } from '../../src/ca/certification-authority.ts';
import { matching, oneClause } from './expected.ts';
import { bounds, clock, copyOf, logonRequest, madeCa, openCa, tree } from './made-ca.ts';

let whole: CaFolder;
let other: CaFolder;
beforeAll(async () => {
  [whole, other] = await Promise.all([madeCa(), madeCa({}, 'other')]);
  const authority = await openCa(whole);
  for (let i = 0; i < 3; i++) await authority.issue(logonRequest());
  await authority.close();
});
const copy = (): CaFolder => copyOf(whole);

/** Opening fails with `code`, one clause and a next step, and every file stays as it is. */
async function refused(folder: CaFolder, code: string): Promise<void> {
  const before = tree(folder.path);
  await expect(openCa(folder)).rejects.toMatchObject({
    name: 'MayflyError',
    code,
    message: oneClause,
    next: oneClause,
  });
  expect(tree(folder.path)).toEqual(before);
  await expect(openCa(folder), 'the lock was given back').rejects.toMatchObject({ code });
}

describe('a CA file cut short', () => {
  const cases = [
    ['keyFile', 'ca-key-unreadable'],
    ['certificateFile', 'ca-certificate'],
    ['settingsFile', 'ca-settings'],
  ] as const;
  for (const [file, code] of cases) {
    it.each([0, 0.1, 0.5, 0.9, 0.99])(`${file} at %d of its length`, async (part) => {
      const folder = copy();
      truncateSync(folder[file], Math.floor(readFileSync(folder[file]).length * part));
      await refused(folder, code);
    });
  }
  it('a key file whose end is replaced by zero octets', async () => {
    const folder = copy();
    const content = readFileSync(folder.keyFile);
    writeFileSync(folder.keyFile, content.fill(0, 200));
    await refused(folder, 'ca-key-unreadable');
  });
  it('a certificate whose last octets changed', async () => {
    const folder = copy();
    const text = readFileSync(folder.certificateFile, 'latin1');
    writeFileSync(folder.certificateFile, text.replace(/\n(\S)/, '\nA$1'));
    await refused(folder, 'ca-certificate');
  });
  it.each([
    'null',
    '[]',
    '{}',
    '{"version":2}',
    '{"version":1,"domains":"corp.example","sidPlacement":"uri"}',
    '{"version":1,"domains":[1],"sidPlacement":"uri"}',
  ])('settings that read %s', async (text) => {
    const folder = copy();
    writeFileSync(folder.settingsFile, text);
    await refused(folder, 'ca-settings');
  });
  it.each(['keyFile', 'certificateFile', 'settingsFile'] as const)('without its %s', async (file) => {
    const folder = copy();
    rmSync(folder[file]);
    const before = tree(folder.path);
    await expect(openCa(folder)).rejects.toMatchObject({ name: 'MayflyError', message: oneClause });
    expect(tree(folder.path)).toEqual(before);
  });
});

describe('the issuance log', () => {
  it('is refused when a line in its middle is cut', async () => {
    const folder = copy();
    const lines = readFileSync(folder.logFile, 'utf8').split('\n');
    lines[1] = (lines[1] ?? '').slice(0, 40);
    writeFileSync(folder.logFile, lines.join('\n'));
    await refused(folder, 'log-damaged');
  });
  it.each([
    '{}',
    '[]',
    'null',
    '{"event":"issued"}',
    '{"event":"crl","at":1,"number":"2","crlDigest":"x"}',
    '{"event":"toString"}',
    '',
  ])('is refused when a line reads %j', async (line) => {
    const folder = copy();
    writeFileSync(folder.logFile, `${line}\n${readFileSync(folder.logFile, 'utf8')}`);
    await refused(folder, 'log-damaged');
  });
  it.each([1, 20, 200])('loses a last line that is torn %i octets before its end, and goes on', async (missing) => {
    const folder = copy();
    const content = readFileSync(folder.logFile);
    truncateSync(folder.logFile, content.length - missing);
    const authority = await openCa(folder);
    expect((await authority.issue(logonRequest())).ok).toBe(true);
    await authority.close();
    const lines = readFileSync(folder.logFile, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(['crl', 'issued', 'issued', 'issued']);
  });
  it('loses a tail of zero octets, as a power cut leaves one', async () => {
    const folder = copy();
    const content = readFileSync(folder.logFile);
    writeFileSync(folder.logFile, Buffer.concat([content, Buffer.alloc(4096)]));
    await (await openCa(folder)).close();
    expect(readFileSync(folder.logFile)).toEqual(content);
  });
  it.each(['emptied', 'removed'] as const)('is refused when it was %s while the CRL it led to is still there', async (how) => {
    const folder = copy();
    if (how === 'emptied') truncateSync(folder.logFile);
    else rmSync(folder.logFile);
    await expect(openCa(folder)).rejects.toMatchObject({ code: 'log-damaged', next: matching(/backup/) });
  });
  it('may go on beside a CRL that is damaged, since the CRL is made anew', async () => {
    const folder = copy();
    truncateSync(folder.crlFile, 50);
    const authority = await openCa(folder);
    await authority.keepCrlFresh();
    expect((await authority.crl()).length).toBeGreaterThan(100);
    await authority.close();
  });
});

describe('what does not belong together', () => {
  it("the key of another CA, under this one's passphrase", async () => {
    const folder = copy();
    cpSync(other.keyFile, folder.keyFile);
    await refused(folder, 'ca-key-mismatch');
  });
  it('the certificate of another CA', async () => {
    const folder = copy();
    cpSync(other.certificateFile, folder.certificateFile);
    await refused(folder, 'ca-key-mismatch');
  });
  it.each(['', 'planted', 'planted horse battery staple ', 'x'.repeat(1024), 'x'.repeat(4096)])(
    'the passphrase %j',
    async (wrong) => {
      const folder = copy();
      const before = tree(folder.path);
      const opening = CertificationAuthority.open(folder, new TextEncoder().encode(wrong), bounds, clock);
      await expect(opening).rejects.toMatchObject({ code: 'ca-passphrase', message: oneClause });
      expect(tree(folder.path)).toEqual(before);
    },
  );
});

describe("a clock before the CA's birth", () => {
  const early = () => clock() - 400 * 24 * 3600;
  it('issues nothing and makes no CRL that would already have ended', async () => {
    const folder = copy();
    const before = tree(folder.path);
    const authority = await openCa(folder, early);
    const refusal = await authority.issue(logonRequest());
    expect(refusal).toMatchObject({ ok: false });
    expect(JSON.stringify(refusal)).toContain("the clock is before the CA's birth");
    await expect(authority.makeCrl()).rejects.toMatchObject({ code: 'ca-clock', message: oneClause });
    await expect(authority.keepCrlFresh()).rejects.toMatchObject({ code: 'ca-clock' });
    await authority.close();
    expect(tree(folder.path)).toEqual(before);
  });
});
