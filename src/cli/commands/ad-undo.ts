import { undo } from '../../directory/publication-undo.ts';
import { isoTime } from '../../wire/der-time.ts';
import { clock } from '../clock.ts';
import { confirm } from '../confirm.ts';
import { print } from '../print.ts';
import { type AdOptions, forestsOf, undoRecordOf } from './ad-forests.ts';
import { existingCa } from './chosen-ca.ts';

/** `mayfly ad undo`: takes back what the undo record of this CA says was written, the latest first. */
export async function adUndo(options: AdOptions): Promise<number> {
  const chosen = await existingCa(options);
  const record = undoRecordOf(chosen.config, chosen.name);
  const forests = await forestsOf(chosen.config, options);
  try {
    const open = await Promise.all(forests.map(async (forest) => ({ forest, entries: await record.open(forest.name) })));
    const count = open.reduce((sum, { entries }) => sum + entries.length, 0);
    const names = open.flatMap(({ entries }) => entries.map(({ name, action }) => `  ${action} of ${name}`));
    if (!options.json) process.stdout.write(`${[`${count} writes to take back`, ...names].join('\n')}\n`);
    if (count > 0) await confirm('take them back?', options.yes);
    const undone = [];
    for (const { forest, entries } of open) {
      for (const entry of entries) undone.push(await forest.controllers.run((connection) => undo(connection, entry)));
      if (entries.length > 0) await record.append({ at: isoTime(clock()), forest: forest.name, action: 'undone' });
    }
    print(
      options.json,
      { undone },
      undone.map(({ name, done, note }) => `${done.padEnd(14)} ${name}${note === undefined ? '' : ` (${note})`}`),
    );
    return 0;
  } finally {
    for (const { controllers } of forests) controllers.close();
  }
}
