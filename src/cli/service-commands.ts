import { type Command, InvalidArgumentError, Option } from 'commander';

/** How commands of main.ts are declared: a leaf with the options of all, and what runs it. */
export interface Declaring {
  readonly leaf: (parent: Command, usage: string, description: string) => Command;
  readonly runs: (load: () => Promise<(options: never) => Promise<number>>) => (...given: unknown[]) => Promise<void>;
  readonly wholeNumber: (least: number, most: number) => (text: string) => number;
}
const scopes = ['sessions', 'approve', 'journal', 'metrics', 'admin'];
const states = ['awaiting-approval', 'granted', 'denied', 'ended', 'expired', 'failed'];

function collectScopes(text: string, before: string[] = []): string[] {
  if (scopes.includes(text)) return [...before, text];
  throw new InvalidArgumentError(`choose of ${scopes.join(', ')}.`);
}
/** What all commands that ask a service take. */
export function withService(command: Command): Command {
  return command
    .option('--url <url>', "address of the service (default: MAYFLY_URL, or that of the data folder's service)")
    .option('--tls-ca <file>', "CA of the service's certificate, PEM (default: its own certificate in the data folder)")
    .option('--token-file <file>', "file with your token (default: MAYFLY_TOKEN_FILE, or the data folder's)");
}

/** The service, and what is asked of one. */
export function serviceCommands(top: Command, { leaf, runs, wholeNumber }: Declaring): void {
  leaf(top, 'serve', 'run the service; without a configuration with a lab CA, an account and a host for trying it out')
    .option('--listen <host:port>', 'where the API listens (default: configuration, 127.0.0.1:8443)')
    .option('--public-http <host:port>', 'where CRL and CA certificate are served in plain HTTP')
    .option('--domain <name>', 'without a configuration: the domain that the lab CA certifies accounts of')
    .action(runs(async () => (await import('./commands/serve.ts')).serve));

  withService(leaf(top, 'connect [host]', 'ask for a session and open it in an RDP client'))
    .option('--as, --account <account>', 'UPN, SID or name of the account (default: your own)')
    .option('--reason <text>', 'why; stands in the journal')
    .option('--session <session>', 'instead of asking: open one again that was granted')
    .option('--file <file>', 'write an .rdp file there instead of opening a client')
    .addOption(new Option('--client <client>', 'which one to open').choices(['xfreerdp', 'mstsc']))
    .action(runs(async () => (await import('./commands/connect.ts')).connect));

  const session = top.command('session').description('sessions: this person, that host, as that account');
  const asked = (usage: string, description: string) => withService(leaf(session, usage, description));
  const loaded = () => import('./commands/session.ts');
  asked('request <host>', 'ask for a session')
    .option('--account <account>', 'UPN, SID or name of the account (default: your own)')
    .option('--person <upn>', 'for a launcher: whom it is for, where the rules let it name somebody')
    .option('--on-behalf-of <file>', "for a launcher: a file with the person's own token")
    .option('--reason <text>', 'why; stands in the journal')
    .option('--wait', 'wait until it is approved')
    .option('--id', 'print the id of the session and nothing else')
    .action(runs(async () => (await loaded()).sessionRequest));
  asked('list', 'your sessions, newest first')
    .addOption(new Option('--state <state>', 'only those in this state').choices(states))
    .option('--approvals', 'instead those that wait for an approval you may give')
    .action(runs(async () => (await loaded()).sessionList));
  asked('show <session>', 'one session').action(runs(async () => (await loaded()).sessionShow));
  asked('end <session>', 'end a session: its key is gone when this returns').action(
    runs(async () => (await loaded()).sessionEnd),
  );
  asked(
    'reauthenticate <session>',
    'another card for a desktop that is open, and its PIN: to unlock it, or to act as an administrator',
  ).action(runs(async () => (await loaded()).sessionReauthenticate));
  asked('approve <session>', 'approve a session of somebody else')
    .option('--reason <text>', 'why; stands in the journal')
    .action(runs(async () => (await loaded()).sessionApprove));
  asked('deny <session>', 'refuse a session the approval it waits for')
    .option('--reason <text>', 'why; stands in the journal')
    .action(runs(async () => (await loaded()).sessionDeny));
  asked('watch <session>', 'each state of a session as it comes').action(runs(async () => (await loaded()).sessionWatch));
  asked('targets', 'hosts that may be asked for').action(runs(async () => (await loaded()).sessionTargets));

  const token = top.command('token').description('tokens of callers');
  const tokens = () => import('./commands/token.ts');
  withService(leaf(token, 'create [name]', 'make a token for a person or a launcher; it is shown this once'))
    .option('--person <upn>', 'whose it is; without, a launcher has it, which is nobody by itself')
    .option(
      '--scope <scope>',
      `what it may be used for (${scopes.join(', ')}); may be repeated (default: sessions; of a person approve as well)`,
      collectScopes,
    )
    .option('--days <n>', 'until it expires', wholeNumber(1, 366), 30)
    .option('--out <file>', 'write it there, mode 0600, instead of printing it')
    .action(runs(async () => (await tokens()).tokenCreate));
  withService(leaf(token, 'list', 'all tokens, without what lets anybody in')).action(
    runs(async () => (await tokens()).tokenList),
  );
  withService(leaf(token, 'revoke <id>', 'let nobody in with a token any more')).action(
    runs(async () => (await tokens()).tokenRevoke),
  );
}
