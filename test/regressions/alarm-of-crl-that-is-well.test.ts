import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { endAlarms } from '../../src/cli/commands/service-crl.ts';
import { CrlPublisher } from '../../src/directory/crl-publisher.ts';
import type { DomainControllers } from '../../src/directory/domain-controllers.ts';
import { type DirectoryObject, directoryObjects } from '../../src/pki/directory-objects.ts';
import { crlContainerName } from '../../src/pki/publication.ts';
import { clock, madeCa, openCa } from '../ca/made-ca.ts';
import { KeptDirectory } from '../directory/kept-directory.ts';
import { tlsIdentity } from '../directory/tls-identity.ts';

const FOREST = 'corp.example';
const DAY = 86_400;
let directory: KeptDirectory;
let controllers: DomainControllers;
let now = 0;
/** One CRL a day. */
const crls: Buffer[] = [];
let current = 0;
const events: string[] = [];
const crlObject = async (): Promise<DirectoryObject> => {
  const issuing = { certificate: Buffer.from('ours'), keyId: 'ab'.repeat(20), crl: crls[current] };
  const found = directoryObjects({ issuing, root: undefined }, FOREST).find(({ duty }) => duty === 'service-account');
  if (!found) throw new Error('no CRL object');
  return found;
};
const publisher = () =>
  new CrlPublisher(
    { forest: FOREST, controllers, object: crlObject },
    {
      published: () => events.push('published'),
      failed: () => events.push('failed'),
      alarm: (_, left) => events.push(`alarm ${Math.floor(left / 3600)}`),
    },
    () => now,
  );
beforeEach(async () => {
  directory = await KeptDirectory.start(await tlsIdentity('localhost'));
  controllers = directory.controllers(FOREST);
  directory.put(crlContainerName(FOREST), { objectClass: ['top', 'container'] });
  const folder = await madeCa();
  const first = clock();
  now = first;
  const authority = await openCa(folder, () => now);
  for (let day = 0; day < 3; day++) {
    now = first + day * DAY;
    await authority.makeCrl();
    crls[day] = readFileSync(folder.crlFile);
  }
  await authority.close();
  now = first;
  current = 0;
  events.length = 0;
});
afterEach(async () => {
  controllers.close();
  await directory.stop();
});

it('an alarm ends when the directory answers again and holds what it should: there was nothing to write, and it stood for a day', async () => {
  const one = publisher();
  await one.tick();
  await directory.stop();
  now += 3600;
  await one.tick();
  expect(events).toEqual(['published', 'failed']);
  const told: string[] = [];
  const tell = (name: string, e: unknown) => void told.push(`${name} ${e === undefined ? 'ends' : 'stands'}`);
  endAlarms([one], { tell });
  expect(told).toEqual(['crl-end ends']);
  // The same objects on another server.
  const { objects } = directory;
  directory = await KeptDirectory.start(await tlsIdentity('localhost'));
  for (const [name, attributes] of objects) directory.objects.set(name, attributes);
  controllers = directory.controllers(FOREST);
  const again = new CrlPublisher(
    { forest: FOREST, controllers, object: crlObject },
    { published: () => events.push('published'), failed: () => events.push('failed'), alarm: () => undefined },
    () => now,
  );
  await again.tick();
  expect(events).toEqual(['published', 'failed']);
  told.length = 0;
  // Two forests: the alarm stands while one of them fails.
  endAlarms([one, again], { tell });
  expect(told).toEqual(['crl-end ends']);
  endAlarms([again], { tell });
  expect(told).toEqual(['crl-end ends', 'crl-publication ends', 'crl-end ends']);
});
it('the alarm is of the CRL that the directory holds, though ours, of a CA put back from a backup, has long to go', async () => {
  const { name } = await crlObject();
  // Number 4 lies there; the CA goes on from an older number.
  directory.put(name, { objectClass: ['top', 'cRLDistributionPoint'], certificateRevocationList: [crls[2] ?? Buffer.alloc(0)] });
  now += 7 * DAY;
  const folder = await madeCa();
  const authority = await openCa(folder, () => now);
  await authority.makeCrl();
  await authority.close();
  crls[0] = readFileSync(folder.crlFile);
  await publisher().tick();
  expect(events).toEqual(['alarm 48']);
});
