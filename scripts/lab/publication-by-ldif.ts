import { readFileSync } from 'node:fs';
import { assert, said } from './clients/expected.ts';
import type { Forest } from './forest.ts';
import type { LabRun } from './lab-run.ts';
import { assertHeld, shownCa } from './publication.ts';

/** An admin who runs nothing of Mayfly's: what `--ldif` writes goes through ldapmodify, the rest is the service account's. */
export async function publicationByLdif(lab: LabRun, forest: Forest): Promise<void> {
  const { steps } = lab;
  const { mayfly, admin, asAdmin } = forest;
  const file = lab.path('admin.ldif');
  await steps.run(
    'mayfly ad apply --ldif as the service account',
    async () =>
      said(await mayfly.attempt('ad', 'apply', '--ca', 'corp', '--yes', '--ldif', file), /\d+ changes need an enterprise admin/),
    String,
  );
  await steps.run('ldapmodify as an enterprise admin', async () => {
    const { code, stderr } = await admin.modify(readFileSync(file, 'utf8'));
    assert(code === 0, stderr);
  });
  await steps.run(
    'mayfly ad rights, then mayfly ad apply as the service account',
    async () => {
      await mayfly.run('ad', 'rights', '--ca', 'corp', '--apply', '--yes', ...asAdmin);
      const output = await mayfly.run('ad', 'apply', '--ca', 'corp', '--yes');
      await assertHeld(forest, await shownCa(forest));
      return said(output, /no change/);
    },
    String,
  );
}
