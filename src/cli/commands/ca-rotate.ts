import { unlink } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { isLab } from '../../ca/certification-authority.ts';
import { createCa } from '../../ca/create-ca.ts';
import { ProcessLock } from '../../ca/process-lock.ts';
import {
  activeGeneration,
  generations,
  lastNotAfter,
  nextName,
  type Rotation,
  readRotation,
  writeRotation,
} from '../../ca/rotation.ts';
import { restartHardened } from '../../custody/hardening.ts';
import { isoTime } from '../../wire/der-time.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { oid } from '../../x509/oid.ts';
import { describeKey } from '../../x509/public-key.ts';
import { clock } from '../clock.ts';
import { confirm } from '../confirm.ts';
import { print } from '../print.ts';
import { type ChosenCa, chosenOf, existingCa, passphraseOf } from './chosen-ca.ts';
import { checkNext, type Finding, type RotationOptions } from './rotation-check.ts';
import { takeBack } from './take-back.ts';

interface StageOptions extends RotationOptions {
  /** A CA that is there already: certified by an enterprise CA, or imported. */
  readonly next?: string;
}
/** The staged CA, with the one that issues now. @throws MayflyError `rotation` where nothing is staged */
async function staged(options: RotationOptions) {
  const chosen = await existingCa(options);
  const active = await activeGeneration(chosen.config.home, chosen.name);
  if (active.rotation) return { chosen, active, rotation: active.rotation };
  throw new MayflyError('rotation', `nothing is staged to follow CA "${active.name}"`, {
    next: 'begin with `mayfly ca rotate stage`',
  });
}
/** @throws MayflyError `rotation` for a CA that cannot follow: then nobody could tell who issues */
async function checkFollower(active: ChosenCa, next: ChosenCa, isNamed: boolean): Promise<void> {
  const refused = (says: string) =>
    new MayflyError('rotation', `CA "${next.name}" cannot follow "${active.name}": ${says}`, {
      next: 'name another one with --next, see `mayfly ca list`',
    });
  if (next.name === active.name || (await readRotation(next.folder)))
    throw refused('it stands in the row already, or in another one');
  if (!(await next.folder.hasCertificate())) return;
  if (isLab(await next.folder.readCertificate()) !== isLab(await active.folder.readCertificate()))
    throw refused('one of them is a lab CA');
  const [old, its] = [await active.folder.readSettings(), await next.folder.readSettings()];
  if (!isNamed && !isDeepStrictEqual(old, its)) throw refused('it is there already, and made for something else');
}
/** A CA like the one before: the same domains, places and kind of key, another key and name. */
async function makeNext(active: ChosenCa, next: ChosenCa, options: StageOptions): Promise<void> {
  if (await next.folder.exists()) return;
  const settings = await active.folder.readSettings();
  const certificate = await active.folder.readCertificate();
  const key = describeKey(certificate.publicKey);
  const years = (certificate.notAfter - certificate.notBefore) / (365.25 * 24 * 3600);
  const passphrase = await passphraseOf(next, options);
  await createCa(
    next.folder,
    {
      ...settings,
      keyKind:
        key.type === 'ec'
          ? key.curve === 'P-384'
            ? 'p-384'
            : 'p-256'
          : key.type === 'rsa' && key.bits === 4096
            ? 'rsa-4096'
            : key.type === 'rsa' && key.bits === 2048
              ? 'rsa-2048'
              : 'rsa-3072',
      years: Math.max(1, Math.round(years)),
      ekuConstraint: certificate.extKeyUsage?.includes(oid.smartcardLogon) ?? false,
      lab: isLab(certificate),
      withRoot: await active.folder.hasRoot(),
    },
    passphrase,
    clock,
  );
  passphrase.fill(0);
}
/** `mayfly ca rotate stage`: the next CA is made; nobody is told to trust it yet. May be run again. */
export async function rotateStage(options: StageOptions): Promise<number> {
  const { config, name } = await existingCa(options);
  const active = await activeGeneration(config.home, name);
  const next = active.rotation?.next ?? options.next ?? nextName(active.name);
  if (options.next !== undefined && options.next !== next)
    throw new MayflyError('rotation', `CA "${next}" is staged already`, {
      next: `go on with it, or take rotation.json out of ${active.folder.path}`,
    });
  const chosen = chosenOf(config, next);
  if (!active.rotation) await checkFollower(chosenOf(config, active.name), chosen, options.next !== undefined);
  if (options.next === undefined) await makeNext(chosenOf(config, active.name), chosen, options);
  else if (!(await chosen.folder.hasCertificate()))
    throw new MayflyError('ca-missing', `there is no CA "${next}" with a certificate`, {
      next: 'make it with `mayfly ca csr` and `mayfly ca install`, or leave --next out',
    });
  // Written last: what is staged is there.
  if (!active.rotation) await writeRotation(active.folder, { version: 1, state: 'staged', next, stagedAt: clock() });
  print(options.json, { active: active.name, next, state: 'staged' }, [
    `CA "${next}" is staged to follow "${active.name}"`,
    `  1. mayfly ca serve --ca ${next}`,
    `  2. an enterprise admin: mayfly ad apply --ca ${next} --account ADMIN --password-file FILE`,
    `  3. mayfly ca rotate check --ca ${name} --probe ACCOUNT, until every domain controller has it`,
    `  4. mayfly ca rotate activate --ca ${name} --probe ACCOUNT`,
  ]);
  return 0;
}
const findingLines = (findings: readonly Finding[]) =>
  findings.map(({ where, ok, says }) => `${ok ? 'ok  ' : 'FAIL'}  ${where}: ${says}`);

/** `mayfly ca rotate check`: whether every domain controller is ready for the next CA. */
export async function rotateCheck(options: RotationOptions): Promise<number> {
  const { chosen, active, rotation } = await staged(options);
  restartHardened();
  const findings = await checkNext(chosen.config, rotation.next, options);
  const ok = findings.every((finding) => finding.ok);
  print(options.json, { ok, active: active.name, next: rotation.next, findings }, findingLines(findings));
  return ok ? 0 : 1;
}
/** `mayfly ca rotate activate`: the next CA issues from now on; refused until every check holds. */
export async function rotateActivate(options: RotationOptions): Promise<number> {
  const { chosen, active, rotation } = await staged(options);
  restartHardened();
  const findings = await checkNext(chosen.config, rotation.next, options);
  const failed = findings.filter(({ ok }) => !ok);
  if (!options.json) process.stdout.write(`${findingLines(findings).join('\n')}\n`);
  if (failed.length > 0 && !options.force)
    throw new MayflyError(
      'rotation-not-ready',
      `CA "${rotation.next}" is not activated: ${failed.map(({ where, says }) => `${where}: ${says}`).join('; ')}`,
      {
        next: 'wait for replication and `gpupdate /force` on that domain controller, then try again; --force activates it anyway',
      },
    );
  const activated: Rotation = { ...rotation, state: 'activated', activatedAt: clock() };
  await writeRotation(active.folder, activated);
  print(options.json, { active: rotation.next, before: active.name, state: 'activated', findings }, [
    `CA "${rotation.next}" issues from now on; "${active.name}" goes on making CRLs`,
    `  next: mayfly ca rotate retire --ca ${chosen.name}, when its last certificate has ended`,
  ]);
  return 0;
}
/** `mayfly ca rotate retire`: the CA before leaves the directory, and its key is gone. May be run again at any point. */
export async function rotateRetire(options: RotationOptions): Promise<number> {
  const { config, name } = await existingCa(options);
  const before = (await generations(config.home, name)).find(({ rotation }) => rotation?.state === 'activated');
  if (!before?.rotation)
    throw new MayflyError('rotation', 'there is no CA whose successor issues and that is still there', {
      next: 'activate one first',
    });
  const { folder } = before;
  // Its process holds the log and could still issue.
  const lock = new ProcessLock(folder.lockFile);
  try {
    const last = Math.max((await lastNotAfter(folder)) ?? 0, 0);
    if (clock() <= last && !options.force)
      throw new MayflyError('rotation-alive', `certificates of CA "${before.name}" are good until ${isoTime(last)}`, {
        next: 'try again then; --force does it now, and the logons that use them fail',
      });
    await confirm(`take CA "${before.name}" out of the directory and delete its key?`, options.yes);
    const undone = await takeBack(config, chosenOf(config, before.name), options);
    // Written last: what is retired has no key.
    for (const file of [folder.keyFile, folder.root.keyFile]) await unlink(file).catch(ignoreMissing);
    await writeRotation(folder, { ...before.rotation, state: 'retired', retiredAt: clock() });
    print(options.json, { retired: before.name, undone }, [
      ...undone.map(({ name: object, done }) => `${done.padEnd(14)} ${object}`),
      `CA "${before.name}" is retired: its key is deleted`,
    ]);
    return 0;
  } finally {
    lock.release();
  }
}
function ignoreMissing(cause: unknown): void {
  if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause;
}
/** `mayfly ca rotate status`: which CA issues, and what has become of the others. */
export async function rotateStatus(options: RotationOptions): Promise<number> {
  const { config, name } = await existingCa(options);
  const all = await generations(config.home, name);
  const active = await activeGeneration(config.home, name);
  const facts = await Promise.all(
    all.map(async (each) => ({
      name: each.name,
      rotation: (await readRotation(each.folder)) ?? null,
      issues: each.name === active.name,
    })),
  );
  print(
    options.json,
    { active: active.name, cas: facts },
    facts.map(
      ({ name: ca, rotation, issues }) =>
        `${ca}: ${issues ? 'issues' : (rotation?.state ?? 'staged')}${rotation ? `, followed by ${rotation.next} (${rotation.state})` : ''}`,
    ),
  );
  return 0;
}
