import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { complain } from './commands/complain.ts';
import { directoryCommands, doctorCommand, rotationCommands } from './directory-commands.ts';
import { describeFailure } from './failure.ts';
import { serviceCommands, withService } from './service-commands.ts';

/** Commands are loaded when they run: a cold start pays for its own command only. */
const keyKinds = ['rsa-2048', 'rsa-3072', 'rsa-4096', 'p-256', 'p-384'];
const reasons = [
  'unspecified',
  'keyCompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'privilegeWithdrawn',
];

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && least <= value && value <= most) return value;
    throw new InvalidArgumentError(`give a whole number from ${least} to ${most}.`);
  };
}
const collect = (text: string, before: string[] = []) => [...before, text];

const cardKinds = ['rsa-2048', 'rsa-3072', 'p-256'];
/** What all commands ask that show a card of a lab CA to a KDC. */
function withLogon(command: Command): Command {
  return command
    .requiredOption('--upn <name>', 'user principal name')
    .requiredOption('--sid <sid>', "the account's SID")
    .option('--account <name>', 'ask the KDC for this account name (default: let it find the account by its UPN)')
    .addOption(new Option('--key <kind>', 'kind of key').choices(cardKinds).default('rsa-2048'))
    .option(
      '--kdc <address>',
      'KDC as HOST, HOST:PORT or https://HOST/KdcProxy; may be repeated (default: configuration, DNS)',
      collect,
    )
    .option('--anchor <file>', "CA of the KDCs' certificates, PEM or DER; may be repeated (default: configuration)", collect)
    .addOption(new Option('--group <group>', 'key agreement (default: modp-14)').choices(['modp-14', 'modp-16', 'p-256']))
    .option('--kdfs', 'offer the key derivations of RFC 8636')
    .option('--old-domain-controllers', 'take KDC certificates that are older than the KDC usage');
}

/** What all commands that make a CA ask. */
function withPlan(command: Command): Command {
  return command
    .option('--domain <name>', 'Active Directory domain whose accounts it certifies; may be repeated', collect)
    .option('--forest <name>', "root domain of the forest, where it is not the first domain: the CRL's LDAP name follows it")
    .option('--crl-url <url>', 'HTTP base URL under which CRL and CA certificate are served')
    .option('--passphrase-file <file>', "file with the passphrase that protects the CA's key")
    .addOption(
      new Option('--sid <placement>', "where the account's SID stands")
        .choices(['extension', 'uri', 'both'])
        .default('extension'),
    )
    .option('--no-eku-constraint', 'do not constrain the CA to client authentication and smart card logon');
}
function withKey(command: Command): Command {
  return command
    .addOption(new Option('--key <kind>', 'kind of key').choices(keyKinds).default('rsa-3072'))
    .option('--subject <name>', 'subject as RFC 4514 text (default: CN=Mayfly CA and part of the key identifier)');
}

/** The order and the headings of `mayfly --help`; what is not named here stands first. */
const headings: Readonly<Record<string, readonly string[]>> = {
  'Sessions:': ['connect', 'session', 'card'],
  'The service:': ['serve', 'token', 'policy', 'journal', 'backup', 'restore', 'config'],
  'The CA and its domain:': ['ca', 'ad'],
  'To try and to find out:': ['demo', 'doctor', 'explain', 'kdc', 'rdp', 'ticket', 'apdu'],
};
function underHeadings(top: Command): Command {
  const order = Object.values(headings).flat();
  (top.commands as Command[]).sort((a, b) => order.indexOf(a.name()) - order.indexOf(b.name()));
  for (const [heading, names] of Object.entries(headings))
    for (const command of top.commands) if (names.includes(command.name())) command.helpGroup(heading);
  return top;
}

function program(exit: (code: number) => void): Command {
  const top = new Command('mayfly')
    .description('virtual smart card issuer for Windows RDP')
    .version('0.1.0')
    .exitOverride()
    .showHelpAfterError('(run with --help for usage)')
    .enablePositionalOptions();
  /** Hands a command its options and its operands. */
  const runs =
    (load: () => Promise<(options: never) => Promise<number>>) =>
    async (...given: unknown[]): Promise<void> => {
      const command = given.at(-1) as Command;
      const work = await load();
      // Commander has checked what the command's declaration says; the two stand side by side in this file.
      exit(await work({ ...command.opts<object>(), args: command.args } as never));
    };
  const leaf = (parent: Command, usage: string, description: string) =>
    parent
      .command(usage)
      .description(description)
      .option('--config <file>', 'configuration file (default: MAYFLY_CONFIG)')
      .option('--json', 'print JSON, for programs');
  const ofCa = (parent: Command, usage: string, description: string) =>
    leaf(parent, usage, description).option(
      '--ca <name>',
      'name of the CA (default: that of service.ca in the configuration, or default)',
    );

  leaf(
    top,
    'demo [person]',
    'make a lab CA, mint a card for a person, do with it what a Windows host does, destroy its key',
  ).action(runs(async () => (await import('./commands/demo.ts')).demo));
  serviceCommands(top, { leaf, runs, wholeNumber });
  directoryCommands(top, { leaf, runs, ofCa });
  doctorCommand(top, { leaf, runs });
  const config = top.command('config').description('what the configuration says, and its faults');
  leaf(config, 'check', 'print the effective configuration and every fault in it').action(
    runs(async () => (await import('./commands/config-check.ts')).configCheck),
  );

  const ca = top.command('ca').description('issuing CAs: made, run, shown, revoked from, rotated');
  withKey(withPlan(ofCa(ca, 'init', 'make a CA')))
    .option('--years <n>', 'validity of the CA certificate', wholeNumber(1, 30), 5)
    .option('--lab', 'for a lab: says so in its subject, may issue from the command line, is never published')
    .option('--with-root', 'make a root and an issuing CA below it, instead of one self-signed CA')
    .action(runs(async () => (await import('./commands/ca-init.ts')).caInit));
  withKey(withPlan(ofCa(ca, 'csr', 'make a key and a certificate request for an enterprise CA')))
    .option('--out <file>', 'where the request goes (default: standard output)')
    .action(runs(async () => (await import('./commands/ca-csr.ts')).caCsr));
  ofCa(ca, 'install <file>', 'install the certificate that the enterprise CA made of the request, with its chain if you have it')
    .option('--passphrase-file <file>', "file with the passphrase of the CA's key")
    .action(runs(async () => (await import('./commands/ca-install.ts')).caInstall));
  withPlan(ofCa(ca, 'import <file>', 'take over a CA from PKCS #12 or PEM'))
    .option('--source-passphrase-file <file>', 'file with the passphrase that the imported file is protected with')
    .action(runs(async () => (await import('./commands/ca-import.ts')).caImport));
  leaf(ca, 'list', 'all CAs of the data folder').action(runs(async () => (await import('./commands/ca-list.ts')).caList));
  ofCa(ca, 'show', 'one CA: certificate, key, distribution points, CRL').action(
    runs(async () => (await import('./commands/ca-show.ts')).caShow),
  );
  ofCa(ca, 'serve', 'run the CA process: it alone opens the key, and answers on a unix socket')
    .option('--passphrase-file <file>', "file with the passphrase of the CA's key")
    .option('--with-parent', 'end when standard input ends')
    .action(runs(async () => (await import('./commands/ca-serve.ts')).caServe));
  ofCa(ca, 'refused-sids', 'read the directory whole, and replace the list of accounts that the CA never certifies')
    .option('--out <file>', 'where the list goes (default: cas[].refusedSidList of the configuration)')
    .option('--every <minutes>', 'go on, and replace it every so many minutes', wholeNumber(1, 720))
    .action(runs(async () => (await import('./commands/ca-refused-sids.ts')).caRefusedSids));
  ofCa(ca, 'issue', 'issue one logon certificate (lab CAs only)')
    .requiredOption('--upn <name>', 'user principal name')
    .requiredOption('--sid <sid>', "the account's SID")
    .requiredOption('--public-key <file>', 'SubjectPublicKeyInfo, PEM or DER')
    .option('--account <name>', 'account name for the subject (default: what stands before the @)')
    .option('--card-id <id>', 'card id for the subject (default: random)')
    .option('--minutes <n>', 'from now to not-after', wholeNumber(1, 30), 5)
    .option('--out <file>', 'where the certificate goes, PEM (default: standard output)')
    .action(runs(async () => (await import('./commands/ca-issue.ts')).caIssue));
  ofCa(ca, 'revoke [serial]', 'revoke a certificate and make the CRL that says so')
    .option('--certificate <file>', 'the certificate, instead of its serial number')
    .addOption(new Option('--reason <reason>', 'why').choices(reasons).default('unspecified'))
    .action(runs(async () => (await import('./commands/ca-revoke.ts')).caRevoke));
  ofCa(ca, 'crl', "write the CA's CRL")
    .option('--out <file>', 'where it goes (default: standard output)')
    .addOption(new Option('--format <format>', 'encoding').choices(['pem', 'der']).default('pem'))
    .option('--root', 'that of the root made with --with-root')
    .addOption(new Option('--fresh', 'make a new one first').conflicts('root'))
    .action(runs(async () => (await import('./commands/ca-crl.ts')).caCrl));

  rotationCommands(ca, { runs, ofCa });
  const policy = top.command('policy').description('rules: who gets a session');
  const ofRules = (usage: string, description: string) =>
    leaf(policy, usage, description)
      .option('--rules <folder>', 'folder of rules (default: service.policy of the configuration, else the built-in rules)')
      .option('--directory <file>', 'static directory (default: service.directory of the configuration)');
  ofRules('check', 'read rules, schema and directory file, and name every fault in them').action(
    runs(async () => (await import('./commands/policy-check.ts')).policyCheck),
  );
  ofRules('test <cases>', 'decide every case of a table, and say which come out otherwise than it expects').action(
    runs(async () => (await import('./commands/policy-test.ts')).policyTest),
  );
  ofRules('explain', 'decide one request, and say which rule decided it')
    .requiredOption('--person <upn>', 'user principal name of whom the session is for')
    .requiredOption('--host <name>', 'DNS name of the host')
    .option('--account <name>', "UPN, SID or name of the account (default: the person's own)")
    .option('--group <name>', 'group of the person; may be repeated', collect)
    .option('--claim <name=value>', 'claim of the person; may be repeated', collect)
    .option('--strength <method>', 'how the person was authenticated, such as mfa; may be repeated', collect)
    .option('--issuer <issuer>', 'who vouches for the person', 'https://idp.example')
    .option('--subject <subject>', 'what the issuer calls the person (default: the UPN)')
    .addOption(new Option('--mode <mode>', 'how the card is used').choices(['gateway', 'card', 'ticket']).default('gateway'))
    .addOption(new Option('--proof <proof>', 'who shows what').choices(['self', 'token', 'named']).default('self'))
    .option('--caller <id>', 'the launcher that asks (default: the person)')
    .option('--network <address>', 'IP address the request comes from', '127.0.0.1')
    .option('--reason <text>', 'the reason given')
    .option('--time <time>', 'when, such as 2026-11-30T10:00:00Z (default: now)')
    .action(runs(async () => (await import('./commands/policy-explain.ts')).policyExplain));
  leaf(policy, 'schema', 'print what rules may speak of, as Cedar schema').action(
    runs(async () => (await import('./commands/policy-schema.ts')).printSchema),
  );

  const ofDatabase = (parent: Command, usage: string, description: string) =>
    leaf(parent, usage, description).option('--database <file>', "the service's database (default: that of the data folder)");
  const journal = top.command('journal').description('the journal of the service');
  ofDatabase(journal, 'verify', 'find whatever was changed in the journal; the service may run meanwhile')
    .addOption(new Option('--export <file>', 'an export, instead of a database').conflicts('database'))
    .option('--checkpoints <file>', 'file of signed checkpoints (default: that of the configuration)')
    .option('--no-checkpoints', 'check the chain alone, which proves nothing against whoever can write the database')
    .option('--key <file>', 'public key of the checkpoints, PEM (default: checkpoint.pub of the data folder)')
    .option('--issuance-log <file>', "a CA's own log; may be repeated (default: that of the service's CA)", collect)
    .option('--no-issuance-log', 'do not compare with what CAs say that they issued')
    .action(runs(async () => (await import('./commands/journal-verify.ts')).journalVerify));
  ofDatabase(journal, 'export', 'print every entry, a JSON object {seq, entry, hash} a line')
    .option('--out <file>', 'where they go, a file that is not there yet (default: standard output)')
    .action(runs(async () => (await import('./commands/journal-export.ts')).journalExport));
  ofDatabase(top, 'backup <file>', 'copy journal, sessions and tokens to a file; the service may run meanwhile').action(
    runs(async () => (await import('./commands/backup.ts')).backup),
  );
  ofDatabase(top, 'restore <file>', 'put a backup in the place of the database; the service must not run').action(
    runs(async () => (await import('./commands/backup.ts')).restoreBackup),
  );
  const card = top.command('card').description("a session's card in a local reader");
  withService(ofCa(card, 'attach [session]', "put a session's card into a local PC/SC reader; without a session one of a lab CA"))
    .requiredOption('--vpcd <host:port>', 'where the vpcd reader of pcscd listens')
    .option('--upn <name>', 'without a session: user principal name')
    .option('--sid <sid>', "without a session: the account's SID")
    .option('--account <name>', 'account name for the subject (default: what stands before the @)')
    .addOption(new Option('--key <kind>', 'kind of key').choices(cardKinds).default('rsa-2048'))
    .option('--minutes <n>', 'from now to the end of the card', wholeNumber(1, 30), 5)
    .option('--pin-file <file>', 'write the PIN there, mode 0600, instead of printing it')
    .option('--pin-fd <n>', 'write the PIN to this file descriptor instead', wholeNumber(3, 255))
    .option('--once', 'destroy the key after the first client that used it has left')
    .option('--operations <n>', 'destroy the key after so many private operations (default: 12)', wholeNumber(1, 1000))
    .action(runs(async () => (await import('./commands/card-attach.ts')).cardAttach));

  const apdu = top.command('apdu').description('what passes between a card and its reader');
  leaf(
    apdu,
    'explain [input]',
    'say what captured APDUs mean: hexadecimal octets, a file of them, or - (default); no PIN is shown',
  ).action(runs(async () => (await import('./commands/apdu-explain.ts')).apduExplain));

  withLogon(ofCa(top, 'ticket', 'mint a card, log on with it to a KDC, destroy its key, keep the ticket (lab CAs only)'))
    .option('--realm <name>', "realm of the account (default: the UPN's suffix in upper case)")
    .option('--service <name>', 'then get a ticket for this service, such as TERMSRV/host.corp.example[@REALM]')
    .option('--cache <file>', 'credential cache to write, mode 0600 (default: KRB5CCNAME)')
    .option('--minutes <n>', 'lifetime of the tickets', wholeNumber(1, 600), 15)
    .action(runs(async () => (await import('./commands/ticket.ts')).ticket));
  leaf(
    top,
    'explain <code...>',
    'what a refusal means, where to look and what to do: a KRB-ERROR, NTSTATUS, HRESULT or SCARD code by number or name, a Windows event (event 4768), what a logon screen says, a code of Mayfly',
  ).action(runs(async () => (await import('./commands/explain.ts')).explain));
  const kdc = top.command('kdc').description('Kerberos key distribution centers: whether they take a card');
  withLogon(ofCa(kdc, 'probe <realm>', 'would a KDC let the account in with a card of this CA, and if not, why (lab CAs only)'))
    .option('--every-dc', 'ask each KDC of the realm by itself')
    .action(runs(async () => (await import('./commands/kdc-probe.ts')).kdcProbe));
  const rdp = top.command('rdp').description('RDP hosts: what they speak, and a logon on trial');
  leaf(rdp, 'probe <host>', 'what an RDP host speaks, its certificate, and how far a stranger gets')
    .option('--port <n>', 'TCP port (default: configuration, 3389)', wholeNumber(1, 65_535))
    .option('--seconds <n>', 'how long each answer may take', wholeNumber(1, 60), 5)
    .action(runs(async () => (await import('./commands/rdp-probe.ts')).rdpProbe));
  withLogon(ofCa(rdp, 'logon <host>', 'log on with NLA and a card of this CA, say where it fails, close it again (lab CAs only)'))
    .option('--realm <name>', "realm of the account (default: the UPN's suffix in upper case)")
    .option('--port <n>', 'TCP port (default: configuration, 3389)', wholeNumber(1, 65_535))
    .option('--seconds <n>', 'how long each answer may take; a sixth of what the logon may', wholeNumber(1, 60), 10)
    .action(runs(async () => (await import('./commands/rdp-logon.ts')).rdpLogon));
  return underHeadings(top);
}

/** Runs one command line; resolves with the exit code: 0 done, 1 not done, 2 not understood. */
export async function run(argv: readonly string[]): Promise<number> {
  let code = 0;
  const command = program((given) => {
    code = given;
  });
  try {
    await command.parseAsync([...argv]);
    return code;
  } catch (e) {
    // Commander has said what it had to say: help and version end well, the rest was not understood.
    if (e instanceof CommanderError && e.exitCode === 0) return 0;
    const usage =
      e instanceof CommanderError ? { code: 'usage', message: usageFault(e), next: 'run with --help for usage' } : undefined;
    if (argv.includes('--json')) process.stdout.write(`${JSON.stringify({ ok: false, error: usage ?? describeFailure(e) })}\n`);
    if (usage) return 2;
    complain(e);
    return 1;
  }
}
const usageFault = ({ code, message }: CommanderError) =>
  code === 'commander.help' ? 'no command was given' : message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ');
