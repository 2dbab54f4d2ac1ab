import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ALARM, CrlPublisher, LEAST_INTERVAL } from '../../src/directory/crl-publisher.ts';
import type { DomainControllers } from '../../src/directory/domain-controllers.ts';
import { directoryObjects } from '../../src/pki/directory-objects.ts';
import { crlContainerName } from '../../src/pki/publication.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { madeCa, openCa, clock as realClock } from '../ca/made-ca.ts';
import { KeptDirectory } from './kept-directory.ts';
import { type TlsIdentity, tlsIdentity } from './tls-identity.ts';

const FOREST = 'corp.example';
const KEY = 'ab'.repeat(20);
let identity: TlsIdentity;
const crls: Buffer[] = [];
beforeAll(async () => {
  identity = await tlsIdentity('localhost');
  const folder = await madeCa();
  const authority = await openCa(folder);
  for (let i = 0; i < 4; i++) {
    await authority.makeCrl();
    crls.push(readFileSync(folder.crlFile));
  }
  await authority.close();
});
let directory: KeptDirectory;
let controllers: DomainControllers;
let now = 0;
let current = 0;
let events: string[] = [];
beforeEach(async () => {
  directory = await KeptDirectory.start(identity);
  controllers = directory.controllers(FOREST);
  directory.put(crlContainerName(FOREST), { objectClass: ['top', 'container'] });
  now = realClock();
  current = 0;
  events = [];
});
afterEach(async () => {
  controllers.close();
  await directory.stop();
});
function publisher(): CrlPublisher {
  const object = async () => {
    const issuing = { certificate: Buffer.from('ours'), keyId: KEY, crl: crls[current] };
    const found = directoryObjects({ issuing, root: undefined }, FOREST).find(({ duty }) => duty === 'service-account');
    if (!found) throw new Error('no CRL object');
    return found;
  };
  return new CrlPublisher(
    { forest: FOREST, controllers, object },
    {
      published: () => events.push('published'),
      failed: (_, e, retryIn) => events.push(`${e instanceof MayflyError ? e.code : String(e)} ${retryIn}`),
      alarm: (_, left) => events.push(`alarm ${Math.floor(left / 3600)}`),
    },
    () => now,
  );
}
const held = () => directory.values(`CN=${KEY},${crlContainerName(FOREST)}`, 'certificateRevocationList')?.[0];
/** Looks every five seconds. */
async function go(one: CrlPublisher, seconds: number): Promise<void> {
  for (const end = now + seconds; now <= end; now += 5) await one.tick();
}

describe('the publication of a CRL', () => {
  it('is at once, and once', async () => {
    const one = publisher();
    await go(one, 50);
    expect(events).toEqual(['published']);
    expect(held()).toEqual(crls[0]);
    expect(directory.writes.length).toBe(1);
  });
  it('holds back what comes within a minute, and writes the last of it in time', async () => {
    const one = publisher();
    const began = now;
    await go(one, 5);
    current = 1;
    await go(one, 10);
    current = 2;
    await go(one, 20);
    expect(held()).toEqual(crls[0]);
    while (now - began < LEAST_INTERVAL + 6) {
      await one.tick();
      now += 5;
    }
    expect(held()).toEqual(crls[2]);
    expect(directory.writes.length).toBe(2);
  });
  it('is tried again, ever later, until it has come about', async () => {
    const one = publisher();
    directory.fate = () => 'gone';
    await go(one, 240);
    expect(events).toEqual(['directory-lost 30', 'directory-lost 60', 'directory-lost 120', 'directory-lost 240']);
    expect(one.isFailing).toBe(true);
    directory.fate = () => 'done';
    await go(one, 300);
    expect(events.at(-1)).toBe('published');
    expect(one.isFailing).toBe(false);
    expect(held()).toEqual(crls[0]);
  });
  it('is not believed when the directory says yes and does not do it', async () => {
    directory.fate = () => 'not-done';
    await publisher().tick();
    expect(events).toEqual(['crl-not-published 30']);
  });
  it('is done again when somebody has taken it out of the directory', async () => {
    const one = publisher();
    await one.tick();
    directory.objects.delete(`CN=${KEY},${crlContainerName(FOREST)}`.toLowerCase());
    now += 3600;
    await one.tick();
    expect(held()).toEqual(crls[0]);
    expect(events).toEqual(['published', 'published']);
  });
  it('leaves a newer CRL of another Mayfly alone', async () => {
    directory.put(`CN=${KEY},${crlContainerName(FOREST)}`, {
      objectClass: ['top', 'cRLDistributionPoint'],
      certificateRevocationList: [crls[3] ?? Buffer.alloc(0)],
    });
    await go(publisher(), 120);
    expect(directory.writes).toEqual([]);
    expect(held()).toEqual(crls[3]);
  });
  it('sounds the alarm when fewer than four days are left, once an hour', async () => {
    const one = publisher();
    await one.tick();
    const left = one.secondsLeft ?? 0;
    expect(left).toBeGreaterThan(ALARM);
    now += left - ALARM;
    await one.tick();
    expect(events).toEqual(['published']);
    now += 1;
    await one.tick();
    now += 60;
    await one.tick();
    now += 3600;
    await one.tick();
    expect(events).toEqual(['published', 'alarm 95', 'alarm 94']);
  });
  it('runs once at a time', async () => {
    const one = publisher();
    await Promise.all([one.tick(), one.tick(), one.tick()]);
    expect(directory.writes.length).toBe(1);
  });
});
