import { isLab } from '../../ca/certification-authority.ts';
import type { Config } from '../../config/config.ts';
import { planOf } from '../../directory/publication-plan.ts';
import { type Undone, undo } from '../../directory/publication-undo.ts';
import type { UndoEntry } from '../../directory/undo-record.ts';
import { type DirectoryObject, directoryObjects, ntAuthName } from '../../pki/directory-objects.ts';
import { isoTime } from '../../wire/der-time.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { clock } from '../clock.ts';
import { type Forest, type ForestOptions, forestsOf, undoRecordOf } from './ad-forests.ts';
import type { ChosenCa } from './chosen-ca.ts';
import { publishedCa } from './published-ca.ts';

/** What is there of a CA though no record says so: an admin may have imported it, or published it by hand. */
function unrecorded(objects: readonly DirectoryObject[], forest: string): UndoEntry[] {
  return objects.toReversed().flatMap(({ name, value }): UndoEntry[] => {
    if (!value) return [];
    // The objects of a key are its CA's alone; NTAuth is everybody's.
    const action = name === ntAuthName(forest) ? 'add-value' : 'create';
    const { attribute, octets } = value;
    return [{ at: isoTime(clock()), forest, action, name, attribute, value: Buffer.from(octets).toString('base64') }];
  });
}
/** @throws MayflyError `rotation-published` where a forest still holds something of a CA */
async function checkGone({ name: forest, controllers }: Forest, objects: readonly DirectoryObject[], ca: string): Promise<void> {
  const compared = await controllers.run((connection) => planOf(connection, objects));
  const left = compared.flatMap((each) => (each.state === 'good' && each.object.value ? [each.object.name] : []));
  if (left.length === 0) return;
  throw new MayflyError('rotation-published', `CA "${ca}" is still in forest ${forest}: ${left.join('; ')}`, {
    next: `retire it with --forest ${forest} and an admin of that forest`,
  });
}
/**
 * Takes a CA out of every forest: what the undo record says was written, and whatever else is there of it. With one forest chosen, out of
 * that one; the others must be rid of it already. May be run again.
 */
export async function takeBack(config: Config, ca: ChosenCa, options: ForestOptions): Promise<readonly Undone[]> {
  if (config.directories.length === 0) return [];
  const record = undoRecordOf(config, ca.name);
  const published = isLab(await ca.folder.readCertificate()) ? undefined : await publishedCa(ca);
  const objectsIn = (forest: string) => (published ? directoryObjects(published, forest) : []);
  const forests = await forestsOf(config, options);
  const others = (await forestsOf(config, {})).filter(({ name }) => !forests.some((chosen) => chosen.name === name));
  const undone: Undone[] = [];
  try {
    for (const { name, controllers } of forests) {
      const take = (entry: UndoEntry) => controllers.run((connection) => undo(connection, entry));
      const entries = await record.open(name);
      for (const entry of entries) undone.push(await take(entry));
      for (const entry of unrecorded(objectsIn(name), name)) {
        const done = await take(entry);
        if (done.done !== 'nothing-to-do') undone.push(done);
      }
      if (entries.length > 0) await record.append({ at: isoTime(clock()), forest: name, action: 'undone' });
    }
    for (const forest of others) await checkGone(forest, objectsIn(forest.name), ca.name);
    return undone;
  } finally {
    for (const { controllers } of [...forests, ...others]) controllers.close();
  }
}
