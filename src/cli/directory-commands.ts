import type { Command } from 'commander';
import { type Declaring, withService } from './service-commands.ts';

/** What is done in and asked of Active Directory. */
export function directoryCommands(
  top: Command,
  { leaf, runs, ofCa }: Pick<Declaring, 'leaf' | 'runs'> & { readonly ofCa: Declaring['leaf'] },
): void {
  const ad = top.command('ad').description('Active Directory: what it must hold for cards of a CA to be good for logon');
  const ofForest = (usage: string, description: string) =>
    ofCa(ad, usage, description)
      .option('--forest <name>', 'one forest (default: all of the configured directories)')
      .option('--account <name>', 'admin to bind as, instead of the configured account')
      .option('--password-file <file>', "file with that admin's password");
  const ldif = '--ldif <file>';
  ofForest('plan', 'what is missing in the directory; nothing is touched')
    .option(ldif, 'write what an enterprise admin must do as LDIF')
    .action(runs(async () => (await import('./commands/ad-plan.ts')).adPlan));
  ofForest('apply', 'write what is missing, as far as the account may')
    .option(ldif, 'write what is left for an enterprise admin as LDIF')
    .option('--yes', 'do not ask')
    .action(runs(async () => (await import('./commands/ad-plan.ts')).adApply));
  ofForest('undo', 'take back what was written for this CA')
    .option('--yes', 'do not ask')
    .action(runs(async () => (await import('./commands/ad-undo.ts')).adUndo));
  ofForest('crl', 'publish the CRL with the rights of the configured account')
    .option('--follow', 'keep it published until told to stop')
    .action(runs(async () => (await import('./commands/ad-crl.ts')).adCrl));
  ofForest('rights', 'the rights that the configured account needs, and whether it has them')
    .option('--apply', 'grant them (as an admin)')
    .option('--yes', 'do not ask')
    .action(runs(async () => (await import('./commands/ad-rights.ts')).adRights));
  leaf(ad, 'account <reference>', 'what the directory says of an account, and why nobody would get it').action(
    runs(async () => (await import('./commands/ad-account.ts')).adAccount),
  );
  leaf(ad, 'hosts [name]', 'the hosts of the directory; of one, whatever stands in the way of proving it').action(
    runs(async () => (await import('./commands/ad-account.ts')).adHosts),
  );
}

const collect = (text: string, before: string[] = []) => [...before, text];
/** What must hold for a logon, and what of it does not. */
export function doctorCommand(top: Command, { leaf, runs }: Pick<Declaring, 'leaf' | 'runs'>): void {
  withService(
    leaf(top, 'doctor [host]', 'everything that must hold for a logon, one line each: ok, wrong or cannot tell, with the fix'),
  )
    .option('--account <account>', 'UPN, SID or name of an account that is to log on')
    .option('--sid <sid>', 'the SID that somebody takes it to have: a launcher, a certificate that was refused')
    .option('--group <name>', 'group of the person whose own the account is; may be repeated', collect)
    .addHelpText(
      'after',
      '\nends with 0 when nothing is wrong, with 1 when something is, with 3 when something could not be seen that is seen from here',
    )
    .action(runs(async () => (await import('./commands/doctor.ts')).doctor));
}

/** How one CA takes the place of another without a logon that fails. */
export function rotationCommands(
  ca: Command,
  { runs, ofCa }: Pick<Declaring, 'runs'> & { readonly ofCa: Declaring['leaf'] },
): void {
  const rotate = ca.command('rotate').description('let the next CA take the place of this one, with no logon that fails');
  const load = () => import('./commands/ca-rotate.ts');
  const everywhere = (usage: string, description: string) =>
    ofCa(rotate, usage, description)
      .option('--account <name>', 'admin to bind as, instead of the configured account')
      .option('--password-file <file>', "file with that admin's password");
  const step = (usage: string, description: string) =>
    everywhere(usage, description).option('--forest <name>', 'one forest (default: all of the configured directories)');
  const probing = (command: Command) =>
    command
      .option('--probe <account>', 'account of the directory, without any rights, that a logon is tried for at every KDC')
      .option('--realm <name>', "realm of its KDCs (default: the domain's name in upper case)");
  ofCa(rotate, 'stage', 'make the next CA; nobody is told to trust it yet')
    .option('--next <name>', 'a CA that is there already, instead')
    .option('--passphrase-file <file>', 'file with the passphrase that protects its key (default: as the configuration says)')
    .action(runs(async () => (await load()).rotateStage));
  probing(step('check', 'whether every domain controller is ready for it')).action(runs(async () => (await load()).rotateCheck));
  probing(everywhere('activate', 'let it issue; refused until every check holds'))
    .option('--force', 'in spite of a check that fails')
    .action(runs(async () => (await load()).rotateActivate));
  step('retire', 'take the CA before out of the directory and delete its key, when its last certificate has ended')
    .option('--force', 'in spite of certificates that are good')
    .option('--yes', 'do not ask')
    .action(runs(async () => (await load()).rotateRetire));
  ofCa(rotate, 'status', 'which CA issues').action(runs(async () => (await load()).rotateStatus));
}
