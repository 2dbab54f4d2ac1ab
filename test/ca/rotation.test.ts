import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { caFolder } from '../../src/ca/ca-folder.ts';
import { CaProcessIssuer } from '../../src/ca/card-issuer.ts';
import {
  activeGeneration,
  firstName,
  generations,
  lastNotAfter,
  nextName,
  type Rotation,
  writeRotation,
} from '../../src/ca/rotation.ts';
import { logonRequest, madeCa, openCa, temporaryFolder } from './made-ca.ts';
import { servedCa } from './served-ca.ts';

function home(): string {
  const folder = temporaryFolder();
  for (const name of ['corp', 'corp-2', 'corp-3']) mkdirSync(join(folder, 'ca', name), { recursive: true, mode: 0o700 });
  return folder;
}
const follow = (folder: string, name: string, state: Rotation['state'], next: string) =>
  writeRotation(caFolder(folder, name), { version: 1, state, next, stagedAt: 1 });
const namesOf = async (folder: string) => (await generations(folder, 'corp')).map(({ name }) => name);

describe('a rotation', () => {
  it('leaves the CA that issues in its place until the next one is activated', async () => {
    const folder = home();
    expect((await activeGeneration(folder, 'corp')).name).toBe('corp');
    await follow(folder, 'corp', 'staged', 'corp-2');
    expect((await activeGeneration(folder, 'corp')).name).toBe('corp');
    expect(await namesOf(folder)).toEqual(['corp', 'corp-2']);
    await follow(folder, 'corp', 'activated', 'corp-2');
    expect((await activeGeneration(folder, 'corp')).name).toBe('corp-2');
    await follow(folder, 'corp', 'retired', 'corp-2');
    await follow(folder, 'corp-2', 'activated', 'corp-3');
    expect((await activeGeneration(folder, 'corp')).name).toBe('corp-3');
    expect(await namesOf(folder)).toEqual(['corp', 'corp-2', 'corp-3']);
  });
  it('stops where nobody could tell who issues', async () => {
    const folder = home();
    await follow(folder, 'corp', 'activated', 'corp-2');
    await follow(folder, 'corp-2', 'activated', 'corp');
    await expect(activeGeneration(folder, 'corp')).rejects.toMatchObject({
      code: 'rotation',
      message: expect.stringContaining('in a circle') as string,
    });
    for (const damaged of ['', '{', '{"version":1}', '{"version":1,"state":"staged","next":"../x","stagedAt":1}', 'null']) {
      writeFileSync(join(folder, 'ca', 'corp', 'rotation.json'), damaged);
      await expect(activeGeneration(folder, 'corp')).rejects.toMatchObject({ code: 'rotation' });
    }
  });
  it('names what follows', () => {
    expect(['corp', 'corp-2', 'corp-a', 'corp-9'].map(nextName)).toEqual(['corp-2', 'corp-3', 'corp-a-2', 'corp-10']);
    expect(['corp', 'corp-2', 'corp-a'].map(firstName)).toEqual(['corp', 'corp', 'corp-a']);
  });
});

describe('the last certificate of a CA', () => {
  it('is what its own log says of its end', async () => {
    const folder = await madeCa({ lab: true });
    expect(await lastNotAfter(folder)).toBeUndefined();
    const authority = await openCa(folder);
    const ends: number[] = [];
    for (const lifetime of [60, 600, 300]) {
      const issued = await authority.issue(logonRequest({ lifetime }));
      if (issued.ok) ends.push(issued.notAfter);
    }
    await authority.close();
    expect(ends.length).toBe(3);
    expect(await lastNotAfter(folder)).toBe(Math.max(...ends));
  });
});

describe('the CA process as the service sees it', () => {
  it('is another one when another CA issues, without a request that fails', async () => {
    const [first, second] = [
      await servedCa(await madeCa({ lab: true }, 'first')),
      await servedCa(await madeCa({ lab: true }, 'second')),
    ];
    let current = { name: 'first', path: first.path };
    const issuer = new CaProcessIssuer('first', async () => current);
    const subjects: string[] = [];
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        if (i === 10) current = { name: 'second', path: second.path };
        const issued = await issuer.issue(logonRequest());
        subjects.push((await issuer.describe()).subject);
        return issued.ok;
      }),
    );
    expect(outcomes.every(Boolean)).toBe(true);
    expect(issuer.name).toBe('second');
    expect(new Set([...subjects, (await issuer.describe()).subject])).toContain(second.authority.certificate.subjectText);
    issuer.close();
  });
});
