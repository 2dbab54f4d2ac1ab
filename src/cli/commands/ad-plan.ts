import { createHash } from 'node:crypto';
import { type Change, type Compared, checkForest, planOf } from '../../directory/publication-plan.ts';
import { bring } from '../../directory/publication-write.ts';
import { type DirectoryObject, directoryObjects, FILLER, type PublishedCa } from '../../pki/directory-objects.ts';
import { isoTime } from '../../wire/der-time.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { clock } from '../clock.ts';
import { confirm } from '../confirm.ts';
import { type AdOptions, credentialsOf, type Forest, forestsOf, undoRecordOf } from './ad-forests.ts';
import { existingCa } from './chosen-ca.ts';
import { writeOutput } from './output-file.ts';
import { publishedCa } from './published-ca.ts';

interface PlanOptions extends AdOptions {
  readonly ldif?: string;
}
interface ForestPlan {
  readonly forest: Forest;
  readonly compared: readonly Compared[];
}
const changesOf = ({ compared }: ForestPlan): Change[] =>
  compared.flatMap((each) => (each.state === 'change' ? [each.change] : []));
const isAdmins = ({ object }: Change) => object.duty === 'enterprise-admin';

async function plans(forests: readonly Forest[], ca: PublishedCa): Promise<ForestPlan[]> {
  return Promise.all(
    forests.map(async (forest) => ({
      forest,
      compared: await forest.controllers.run(async (connection) => {
        await checkForest(connection, forest.name);
        return planOf(connection, directoryObjects(ca, forest.name));
      }),
    })),
  );
}
const digest = (octets: Uint8Array) => createHash('sha256').update(octets).digest('hex');
const facts = ({ name, purpose, duty, value }: DirectoryObject) => ({
  name,
  purpose,
  by: duty,
  ...(value ? { attribute: value.attribute, octets: value.octets.length, sha256: digest(value.octets) } : {}),
});
function planFacts(plan: ForestPlan) {
  const { forest, compared } = plan;
  return {
    forest: forest.name,
    changes: changesOf(plan).map(({ object, action, current }) => ({ action, ...facts(object), valuesThere: current.length })),
    good: compared.flatMap((each) =>
      each.state === 'good' ? [{ ...facts(each.object), ...(each.note === undefined ? {} : { note: each.note }) }] : [],
    ),
  };
}
const signs = { create: '+ create', 'add-value': '+ add a value to', 'replace-value': '~ replace the value of' } as const;
function planLines(plan: ForestPlan): string[] {
  return [
    `forest ${plan.forest.name}`,
    ...plan.compared.flatMap((each) => {
      const { name, purpose, duty } = each.state === 'good' ? each.object : each.change.object;
      const by = duty === 'enterprise-admin' ? ' [enterprise admin]' : '';
      const what = each.state === 'good' ? `= ${each.note ?? 'good'}:` : signs[each.change.action];
      return [`  ${what} ${name}`, ...(each.state === 'good' ? [] : [`      ${purpose}${by}`])];
    }),
  ];
}
/** What an enterprise admin may import instead of running this: `ldifde -i -f FILE`, or ldapmodify. RFC 2849. */
function ldif(changes: readonly Change[]): string {
  const value = (attribute: string, octets: Uint8Array) => `${attribute}:: ${Buffer.from(octets).toString('base64')}\n`;
  const records = changes.map(({ object, action }) => {
    const { name, objectClass, fillers, value: own } = object;
    const mine = own ? value(own.attribute, own.octets) : '';
    return action === 'create'
      ? `dn: ${name}\nchangetype: add\nobjectClass: ${objectClass}\n${fillers.map((filler) => value(filler, FILLER)).join('')}${mine}`
      : `dn: ${name}\nchangetype: modify\nadd: ${own?.attribute}\n${mine}-\n`;
  });
  return `${records.join('\n')}\n`;
}
async function prepared(options: PlanOptions) {
  const chosen = await existingCa(options);
  const ca = await publishedCa(chosen);
  return { chosen, ca, forests: await forestsOf(chosen.config, options) };
}
/** `mayfly ad plan`: the difference, nothing is touched. */
export async function adPlan(options: PlanOptions): Promise<number> {
  const { ca, forests } = await prepared(options);
  try {
    const found = await plans(forests, ca);
    const changes = found.flatMap(changesOf);
    if (options.ldif !== undefined) await writeOutput(options.ldif, ldif(changes.filter(isAdmins)));
    report(options, { forests: found.map(planFacts), changes: changes.length }, [
      ...found.flatMap(planLines),
      changes.length === 0 ? 'nothing to do' : `${changes.length} changes; next: mayfly ad apply`,
    ]);
    return 0;
  } finally {
    for (const { controllers } of forests) controllers.close();
  }
}
/** `mayfly ad apply`: what an enterprise admin must do is done where one was named, and printed otherwise. */
export async function adApply(options: PlanOptions): Promise<number> {
  const { chosen, ca, forests } = await prepared(options);
  const isAdmin = credentialsOf(options) !== undefined;
  try {
    const found = await plans(forests, ca);
    const missing = found
      .flatMap(changesOf)
      .filter(({ object, action }) => action === 'create' && object.objectClass === 'container')
      .map(({ object }) => object.name);
    // What lies in a container that only an admin may make waits for it.
    const isOurs = (change: Change) =>
      isAdmin || !(isAdmins(change) || missing.some((container) => change.object.name.endsWith(`,${container}`)));
    const wanted = found.map((plan) => ({ plan, changes: changesOf(plan).filter(isOurs) }));
    const left = found.flatMap(changesOf).filter((change) => !isOurs(change));
    const count = wanted.reduce((sum, { changes }) => sum + changes.length, 0);
    if (!options.json) process.stdout.write(`${found.flatMap(planLines).join('\n')}\n`);
    if (count > 0) await confirm(`write ${count} changes?`, options.yes);
    const record = undoRecordOf(chosen.config, chosen.name);
    const written: Compared[] = [];
    for (const { plan, changes } of wanted) {
      const { controllers, name } = plan.forest;
      const note = (change: Change) => record.note(name, isoTime(clock()), change);
      for (const { object } of changes) written.push(await controllers.run((connection) => bring(connection, object, note)));
    }
    const done = written.filter(({ state }) => state === 'change').length;
    if (options.ldif !== undefined) await writeOutput(options.ldif, ldif(left));
    // What was written is read again: a server that says yes and does not do it is found here.
    const open = (await plans(forests, ca)).flatMap(changesOf).filter(isOurs);
    if (open.length > 0)
      throw new MayflyError('ad-not-applied', `written, and not there: ${open.map(({ object }) => object.name).join(', ')}`, {
        next: 'run `mayfly ad plan` again; another process may be writing the same objects',
      });
    const needed = left.map(({ object }) => object.name);
    report(options, { ok: needed.length === 0, changes: done, adminNeeded: needed, undoRecord: record.path }, [
      done === 0 ? 'no change' : `${done} changes written; undo record: ${record.path}`,
      ...(needed.length === 0
        ? []
        : [
            `${needed.length} changes need an enterprise admin:`,
            ...needed.map((name) => `  ${name}`),
            '  next: mayfly ad apply --account ADMIN --password-file FILE, or import what --ldif FILE writes',
          ]),
    ]);
    return needed.length === 0 ? 0 : 1;
  } finally {
    for (const { controllers } of forests) controllers.close();
  }
}
function report({ json }: AdOptions, value: Readonly<Record<string, unknown>>, lines: readonly string[]): void {
  process.stdout.write(json ? `${JSON.stringify({ ok: true, ...value })}\n` : `${lines.join('\n')}\n`);
}
