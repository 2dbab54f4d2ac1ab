import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DomainControllers } from '../../src/directory/domain-controllers.ts';
import { checkForest, planOf } from '../../src/directory/publication-plan.ts';
import { undo } from '../../src/directory/publication-undo.ts';
import { bring } from '../../src/directory/publication-write.ts';
import { UndoRecord } from '../../src/directory/undo-record.ts';
import { directoryObjects, FILLER, type PublishedCa } from '../../src/pki/directory-objects.ts';
import { madeCa } from '../ca/made-ca.ts';
import { KeptDirectory } from './kept-directory.ts';
import { type TlsIdentity, tlsIdentity } from './tls-identity.ts';

const FOREST = 'corp.example';
const PKS = 'CN=Public Key Services,CN=Services,CN=Configuration,DC=corp,DC=example';
const NTAUTH = `CN=NTAuthCertificates,${PKS}`;
const KEY = 'ab'.repeat(20);
const CRL_OBJECT = `CN=${KEY},CN=Mayfly,CN=CDP,${PKS}`;
const certificate = Buffer.from('ours');
let identity: TlsIdentity;
let crls: readonly [Buffer, Buffer];
beforeAll(async () => {
  identity = await tlsIdentity('localhost');
  const folder = await madeCa();
  const first = readFileSync(folder.crlFile);
  const { openCa } = await import('../ca/made-ca.ts');
  const authority = await openCa(folder);
  await authority.makeCrl();
  await authority.close();
  crls = [first, readFileSync(folder.crlFile)];
});
const published = (crl: Uint8Array): PublishedCa => {
  const issuing = { certificate, keyId: KEY, crl };
  return { issuing, root: issuing };
};
let directory: KeptDirectory;
let controllers: DomainControllers;
let folder: string;
beforeEach(async () => {
  directory = await KeptDirectory.start(identity);
  controllers = directory.controllers(FOREST);
  folder = mkdtempSync(join(tmpdir(), 'mayfly-ad-'));
});
afterEach(async () => {
  controllers.close();
  await directory.stop();
  rmSync(folder, { recursive: true });
});
const objects = (crl: Uint8Array = crls[0]) => directoryObjects(published(crl), FOREST);
const record = () => new UndoRecord(join(folder, 'ad', 'corp.undo'));
async function apply(crl?: Uint8Array): Promise<void> {
  for (const object of objects(crl))
    await controllers.run((connection) =>
      bring(connection, object, (change) => record().note(FOREST, '2026-11-30T12:00:00Z', change)),
    );
}
const changes = async (crl?: Uint8Array) => {
  const compared = await controllers.run((connection) => planOf(connection, objects(crl)));
  return compared.flatMap((each) =>
    each.state === 'change' ? [`${each.change.action} ${each.change.object.name.split(',')[0]}`] : [],
  );
};
async function undoAll() {
  const undone = [];
  for (const entry of await record().open(FOREST)) undone.push(await controllers.run((connection) => undo(connection, entry)));
  return undone;
}
const others = Array.from({ length: 10 }, (_, i) => Buffer.from(`other ${i}`));
const ntAuth = (values: readonly Uint8Array[]) =>
  directory.put(NTAUTH, {
    objectClass: ['top', 'certificationAuthority'],
    cACertificate: values,
    authorityRevocationList: [FILLER],
  });

describe('a publication', () => {
  it('writes what it has planned, in an order in which nothing is trusted before its CRL is there, and then nothing more', async () => {
    const all = [`create CN=Mayfly`, `create CN=${KEY}`, `create CN=${KEY}`, `create CN=${KEY}`, 'create CN=NTAuthCertificates'];
    expect(await changes()).toEqual(all);
    await apply();
    expect(directory.writes.map((write) => write.split(',').slice(0, 2).join(','))).toEqual([
      'add CN=Mayfly,CN=CDP',
      `add CN=${KEY},CN=Mayfly`,
      `add CN=${KEY},CN=AIA`,
      `add CN=${KEY},CN=Certification Authorities`,
      'add CN=NTAuthCertificates,CN=Public Key Services',
    ]);
    expect(await changes()).toEqual([]);
    await apply();
    expect(directory.writes.length).toBe(5);
    expect(directory.values(NTAUTH, 'certificateRevocationList')).toEqual([Buffer.from(FILLER)]);
  });
  it('adds to NTAuth beside ten other CAs, and takes only its own away again', async () => {
    ntAuth(others);
    await apply();
    expect(directory.values(NTAUTH, 'cACertificate')).toEqual([...others, certificate]);
    await undoAll();
    expect(directory.values(NTAUTH, 'cACertificate')).toEqual(others);
    expect([...directory.objects.keys()]).toEqual([NTAUTH.toLowerCase()]);
  });
  it('is undone to an empty NTAuth that keeps what the schema demands', async () => {
    ntAuth([certificate]);
    directory.objects.get(NTAUTH.toLowerCase())?.set('cacertificate', [Buffer.from(FILLER)]);
    await apply();
    await undoAll();
    expect(directory.values(NTAUTH, 'cACertificate')).toEqual([Buffer.from(FILLER)]);
  });
  it('leaves what others have put into an object that it made', async () => {
    await apply();
    directory.objects.get(NTAUTH.toLowerCase())?.get('cacertificate')?.push(Buffer.from('later'));
    expect((await undoAll()).find(({ name }) => name === NTAUTH)).toMatchObject({ done: 'value-removed' });
    expect(directory.values(NTAUTH, 'cACertificate')).toEqual([Buffer.from('later')]);
    expect((await undoAll()).every(({ done }) => done === 'nothing-to-do')).toBe(true);
  });
  it.each([1, 2, 3, 4, 5])('goes on where a directory died, before or after its write number %i was done', async (at) => {
    for (const fate of ['gone', 'answer-lost'] as const) {
      directory.objects.clear();
      let count = 0;
      directory.fate = () => {
        count++;
        return count >= at && count <= at + 1 ? fate : 'done';
      };
      await apply().catch((e: unknown) => expect(e).toMatchObject({ code: expect.stringMatching(/^directory-/) as string }));
      directory.fate = () => 'done';
      await apply();
      expect(await changes()).toEqual([]);
      expect(directory.values(CRL_OBJECT, 'certificateRevocationList')).toEqual([crls[0]]);
      await undoAll();
      expect(directory.objects.size).toBe(0);
    }
  });
  it('is told by one object that is half there, and by one of another kind in its place', async () => {
    directory.put(CRL_OBJECT, { objectClass: ['top', 'cRLDistributionPoint'] });
    expect(await changes()).toContain(`replace-value CN=${KEY}`);
    await apply();
    expect(directory.values(CRL_OBJECT, 'certificateRevocationList')).toEqual([crls[0]]);
    directory.put(NTAUTH, { objectClass: ['top', 'container'] });
    await expect(apply()).rejects.toMatchObject({
      code: 'directory-other-object',
      message: expect.stringContaining('is there and is no certificationAuthority') as string,
    });
  });
  it('brings a newer CRL, and never an older one', async () => {
    await apply();
    await apply(crls[1]);
    expect(directory.values(CRL_OBJECT, 'certificateRevocationList')).toEqual([crls[1]]);
    expect(await changes(crls[0])).toEqual([]);
    await apply(crls[0]);
    expect(directory.values(CRL_OBJECT, 'certificateRevocationList')).toEqual([crls[1]]);
  });
  it('does not overwrite what another has written between its look and its write', async () => {
    directory.put(CRL_OBJECT, { objectClass: ['top', 'cRLDistributionPoint'] });
    directory.fate = (_, name) => {
      // Another publishes the newer CRL at this very moment, once.
      directory.fate = () => 'done';
      if (name === CRL_OBJECT) directory.objects.get(CRL_OBJECT.toLowerCase())?.set('certificaterevocationlist', [crls[1]]);
      return 'done';
    };
    const [, object] = objects();
    if (!object) throw new Error('no CRL object');
    await controllers.run((connection) => bring(connection, object, async () => undefined));
    expect(directory.values(CRL_OBJECT, 'certificateRevocationList')?.some((value) => value.equals(crls[1]))).toBe(true);
  });
  it('is not made in another forest than the one it is for', async () => {
    await expect(controllers.run((connection) => checkForest(connection, 'other.example'))).rejects.toMatchObject({
      code: 'directory-other-forest',
    });
    await controllers.run((connection) => checkForest(connection, 'CORP.example'));
  });
  it('writes nothing that the undo record could not be told of', async () => {
    writeFileSync(join(folder, 'ad'), 'a file where a folder must be');
    await expect(apply()).rejects.toMatchObject({ code: 'undo-record' });
    expect(directory.writes).toEqual([]);
  });
});

describe('an undo record', () => {
  it('is per forest, from the last undo on, the latest first', async () => {
    await record().append({ at: 'a', forest: FOREST, action: 'create', name: 'CN=1' });
    await record().append({ at: 'b', forest: FOREST, action: 'undone' });
    await record().append({ at: 'c', forest: FOREST, action: 'create', name: 'CN=2' });
    await record().append({ at: 'd', forest: 'other.example', action: 'create', name: 'CN=3' });
    await record().append({ at: 'e', forest: FOREST, action: 'create', name: 'CN=4' });
    expect((await record().open(FOREST)).map(({ name }) => name)).toEqual(['CN=4', 'CN=2']);
  });
  it('forgets a last line that a crash cut short, and takes no damage', async () => {
    await record().append({ at: 'a', forest: FOREST, action: 'create', name: 'CN=1' });
    const { path } = record();
    const whole = readFileSync(path, 'utf8');
    writeFileSync(path, `${whole}{"at":"b","for`);
    expect((await record().open(FOREST)).length).toBe(1);
    writeFileSync(path, `${whole}{"at":"b"}\n`);
    await expect(record().open(FOREST)).rejects.toMatchObject({ code: 'undo-record' });
  });
});
