import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CaFolder } from '../../src/ca/ca-folder.ts';
import { twinFinding } from '../../src/doctor/crl.ts';
import { type HeldObject, publicationFindings } from '../../src/doctor/publication.ts';
import { directoryObjects, type PublishedCa } from '../../src/pki/directory-objects.ts';
import { toHex } from '../../src/wire/hex.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { clock, madeCa, openCa } from '../ca/made-ca.ts';

const FOREST = 'corp.example';
const DAY = 86_400;
let ca: PublishedCa;
let other: PublishedCa;
/** Of the same CA, one number later. */
let newer: Uint8Array;

const crlOf = (folder: CaFolder) => new Uint8Array(readFileSync(folder.crlFile));
async function published(folder: CaFolder): Promise<PublishedCa> {
  const { der: certificate, keyId } = await folder.readCertificate();
  const issuing = { certificate, keyId: toHex(keyId), crl: crlOf(folder) };
  return { issuing, root: issuing };
}
beforeAll(async () => {
  const folders = [await madeCa(), await madeCa({ subject: 'CN=Other' })];
  const [own, others] = await Promise.all(
    folders.map(async (folder) => {
      const opened = await openCa(folder);
      await opened.close();
      return published(folder);
    }),
  );
  if (!own || !others || !folders[0]) throw new Error('no CA');
  [ca, other] = [own, others];
  const again = await openCa(folders[0]);
  await again.makeCrl();
  await again.close();
  newer = crlOf(folders[0]);
});

type Change = (held: HeldObject) => HeldObject;
const wellHeld = (): HeldObject[] =>
  directoryObjects(ca, FOREST).map((object) => ({ object, values: object.value ? [object.value.octets] : [] }));
/** What is not `ok`, where the object of that role is changed. */
async function faults(role: HeldObject['object']['role'], change: Change, now = clock()): Promise<string[]> {
  const held = wellHeld().map((each) => (each.object.role === role ? change(each) : each));
  const found = await publicationFindings('dc1', held, () => ({ certificate: ca.issuing.certificate, now }));
  return found
    .filter(({ verdict }) => verdict !== 'ok')
    .map(({ check, verdict, code }) => `${check} ${verdict} ${code ?? ''}`.trim());
}
const unchanged: Change = (held) => held;
const gone: Change = ({ object }) => ({ object, values: undefined });
const holds =
  (...values: readonly Uint8Array[]): Change =>
  ({ object }) => ({ object, values });

describe('publicationFindings', () => {
  it('finds all well, with others beside ours', async () => {
    expect(await faults('ntauth', unchanged)).toEqual([]);
    expect(await faults('ntauth', holds(other.issuing.certificate, ca.issuing.certificate))).toEqual([]);
    const found = await publicationFindings('dc1', wellHeld(), () => ({ certificate: ca.issuing.certificate, now: clock() }));
    expect(found.map(({ check }) => check).toSorted()).toEqual([
      'aia',
      'crl-fresh',
      'crl-object',
      'crl-signed',
      'ntauth',
      'root',
    ]);
  });
  it.each(['ntauth', 'root', 'aia'] as const)('%s: missing, or of another CA', async (role) => {
    expect(await faults(role, gone)).toEqual([`${role} wrong directory-no-object`]);
    expect(await faults(role, holds(other.issuing.certificate))).toEqual([`${role} wrong ca-not-published`]);
  });
  it('the CRL: missing, the filler of the schema, damaged', async () => {
    const untold = ['crl-signed cannot-tell', 'crl-fresh cannot-tell'];
    expect(await faults('crl', gone)).toEqual(['crl-object wrong directory-no-object', ...untold]);
    for (const octets of [Uint8Array.of(0), newer.subarray(0, -1)])
      expect(await faults('crl', holds(octets))).toEqual(['crl-object wrong crl-unreadable', ...untold]);
    expect(await faults('crl', holds())).toEqual(['crl-object wrong crl-unreadable', ...untold]);
  });
  it('the CRL: of another CA, or not signed by the key', async () => {
    expect(await faults('crl', holds(other.issuing.crl ?? Uint8Array.of()))).toContain('crl-signed wrong crl-not-ours');
    const forged = Uint8Array.from(newer);
    forged.set([(forged.at(-1) ?? 0) ^ 1], forged.length - 1);
    expect(await faults('crl', holds(forged))).toEqual(['crl-signed wrong crl-not-ours']);
  });
  it('the CRL: ended, not yet valid, newer than ours', async () => {
    expect(await faults('crl', unchanged, clock() + 8 * DAY)).toEqual(['crl-fresh wrong crl-ended']);
    expect(await faults('crl', unchanged, clock() - DAY)).toEqual(['crl-fresh wrong crl-early']);
    expect(await faults('crl', holds(newer))).toEqual([]);
  });
  it('the CRL: an older number is a fault once there was time to publish the next', async () => {
    const older = ca.issuing.crl ?? Uint8Array.of();
    const made: Change = ({ object }) => ({
      object: { ...object, value: { attribute: 'certificateRevocationList', how: 'replaced', octets: newer } },
      values: [older],
    });
    expect(await faults('crl', made)).toEqual([]);
    expect(await faults('crl', made, clock() + 600)).toEqual(['crl-fresh wrong crl-old']);
  });
});

describe('twinFinding', () => {
  const { signal } = new AbortController();
  const twin = async (fetched: Uint8Array | MayflyError, ...held: readonly (Uint8Array | undefined)[]) => {
    const { verdict, code } = await twinFinding('corp', 'http://pki.corp.example/crl', signal, {
      fetch: async () => {
        if (fetched instanceof MayflyError) throw fetched;
        return fetched;
      },
      inDirectories: async () => held.flatMap((crl, i) => (crl ? [{ server: `dc${i}`, crl }] : [])),
    });
    return `${verdict} ${code ?? ''}`.trim();
  };
  it('holds octet by octet, at every domain controller', async () => {
    const crl = ca.issuing.crl ?? Uint8Array.of();
    expect(await twin(crl, crl, crl)).toBe('ok');
    expect(await twin(crl, crl, newer)).toBe('wrong crl-twin');
    expect(await twin(newer, crl)).toBe('wrong crl-twin');
    expect(await twin(crl)).toBe('cannot-tell');
    expect(await twin(Uint8Array.of(0), crl)).toBe('wrong crl-unreadable');
    expect(await twin(new MayflyError('http-status', 'it answers 404'), crl)).toBe('wrong http-status');
  });
});
