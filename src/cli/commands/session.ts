import type { ApiClient } from '../../client/api-client.ts';
import { ApiRefusal } from '../../client/api-refusal.ts';
import type { Session } from '../../client/operations.ts';
import { readSecret } from '../../config/secret.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { print, table } from '../print.ts';
import { type ClientOptions, serviceClient } from './service-client.ts';

const [NEEDED, MOST] = ['awaiting-approval', 100] as const;

/** What is said of a session, for people. */
export function sessionLines(session: Session): string[] {
  const { id, state, sentence, cause, target, account, person, reason, rules, until, approvals, cards } = session;
  const isOpen = state === 'granted' || state === 'awaiting-approval';
  const rows: (readonly [string, string])[] = [
    ['session', id],
    ['state', sentence === undefined ? state : `${state}: ${sentence}`],
    ['host', target],
    ['account', account ?? 'none'],
    ['for', person ?? 'nobody'],
  ];
  if (reason !== undefined) rows.push(['reason', reason]);
  if (cause !== undefined) rows.push(['cause', cause]);
  if (rules.length > 0) rows.push(['rules', rules.join(', ')]);
  for (const { count, group, given } of approvals) rows.push(['approvals', `${given} of ${count}, by ${group}`]);
  if (isOpen) rows.push(['until', until]);
  for (const card of cards) {
    const ended = card.cause === undefined ? '' : ` (${card.cause})`;
    rows.push(['card', `${card.serialNumber ?? card.id}: ${card.state}${ended}, ${card.operations} private operations`]);
  }
  return table(rows);
}
async function withClient(options: ClientOptions, work: (client: ApiClient) => Promise<void>): Promise<number> {
  const client = await serviceClient(options, 'person');
  try {
    await work(client);
    return 0;
  } finally {
    client.close();
  }
}
const show = (json: boolean | undefined, session: Session, ...more: readonly string[]) =>
  print(json, { session }, [...sessionLines(session), ...more]);
const idOf = ({ args }: ClientOptions): { readonly params: { readonly id: string } } => {
  const [id = ''] = args;
  if (/^[0-9a-f]{32}$/.test(id)) return { params: { id } };
  throw new MayflyError('session-id', `"${id}" is not the id of a session`, { next: 'see `mayfly session list`' });
};

interface RequestOptions extends ClientOptions {
  readonly account?: string;
  readonly person?: string;
  readonly reason?: string;
  readonly onBehalfOf?: string;
  readonly wait?: boolean;
  readonly id?: boolean;
}
/** `mayfly session request`: exit code 1 where it is denied, with the reason. */
export function sessionRequest(options: RequestOptions): Promise<number> {
  return withClient(options, async (client) => {
    const { account, person, reason, onBehalfOf, wait, id, json } = options;
    const [target = ''] = options.args;
    const shown = onBehalfOf === undefined ? undefined : await tokenText(onBehalfOf);
    const asked = await client
      .call('requestSession', {
        body: { target, account, person, reason, mode: 'card' },
        headers: { 'on-behalf-of': shown && `Bearer ${shown}` },
      })
      .catch((e: unknown) => {
        throw withSession(e);
      });
    const session = wait === true ? await decided(client, asked) : asked;
    if (id === true && json !== true) process.stdout.write(`${session.id}\n`);
    else
      show(
        json,
        session,
        ...(session.state === 'granted' ? ['', `next: mayfly card attach ${session.id} --vpcd HOST:PORT`] : []),
      );
  });
}
async function tokenText(file: string): Promise<string> {
  const secret = await readSecret({ file, from: '--on-behalf-of' });
  const text = secret.toString('utf8').trim();
  secret.fill(0);
  return text;
}
/** A denied session can be looked at. */
export function withSession(e: unknown): unknown {
  if (!(e instanceof ApiRefusal) || e.session === undefined) return e;
  const { code, message, session } = e;
  return new MayflyError(code, `denied: ${message}`, { cause: e, next: `see \`mayfly session show ${session}\`` });
}
/** The session when it has been decided. @throws MayflyError `session-denied` */
export async function decided(client: ApiClient, asked: Session): Promise<Session> {
  if (asked.state !== NEEDED) return asked;
  for await (const session of client.watch(asked.id)) {
    if (session.state === 'granted') return session;
    if (session.state !== NEEDED)
      throw new MayflyError('session-denied', `${session.state}: ${session.sentence ?? ''}`, {
        next: `see \`mayfly session show ${session.id}\``,
      });
  }
  return client.call('getSession', { params: { id: asked.id } });
}

interface ListOptions extends ClientOptions {
  readonly state?: string;
  readonly approvals?: boolean;
}
export function sessionList(options: ListOptions): Promise<number> {
  return withClient(options, async (client) => {
    const { approvals, state, json } = options;
    const { sessions } =
      approvals === true
        ? await client.call('listApprovals', {})
        : await client.call('listSessions', { query: { state: state as Session['state'] | undefined, limit: String(MOST) } });
    const rows = sessions.map(
      ({ id, state: is, target, account, created }) => `${id}  ${created}  ${is}  ${account ?? ''} on ${target}`,
    );
    print(json, { sessions }, rows.length > 0 ? rows : ['none']);
  });
}
export function sessionShow(options: ClientOptions): Promise<number> {
  return withClient(options, async (client) => show(options.json, await client.call('getSession', idOf(options))));
}
export function sessionEnd(options: ClientOptions): Promise<number> {
  return withClient(options, async (client) => show(options.json, await client.call('endSession', idOf(options))));
}
export function sessionReauthenticate(options: ClientOptions): Promise<number> {
  return withClient(options, async (client) => {
    const given = await client.call('reauthenticate', idOf(options));
    print(options.json, { reauthentication: given }, [`PIN ${given.pin}, good for ${given.seconds} s: type it at the host`]);
  });
}
interface VerdictOptions extends ClientOptions {
  readonly reason?: string;
}
const verdict = (operation: 'approveSession' | 'denySession') => (options: VerdictOptions) =>
  withClient(options, async (client) => {
    const { reason } = options;
    show(options.json, await client.call(operation, { ...idOf(options), body: { reason } }));
  });
export const sessionApprove = verdict('approveSession');
export const sessionDeny = verdict('denySession');
/** `mayfly session watch`: a line for each state, until the session is over. */
export function sessionWatch(options: ClientOptions): Promise<number> {
  return withClient(options, async (client) => {
    for await (const session of client.watch(idOf(options).params.id)) {
      const { state, sentence, cards } = session;
      const told = cards.map((card) => `card ${card.state}${card.cause === undefined ? '' : ` (${card.cause})`}`);
      const line = [sentence === undefined ? state : `${state}: ${sentence}`, ...told].join(', ');
      process.stdout.write(`${options.json ? JSON.stringify(session) : line}\n`);
    }
  });
}
export function sessionTargets(options: ClientOptions): Promise<number> {
  return withClient(options, async (client) => {
    const { targets } = await client.call('listTargets', {});
    const labels = (of: Readonly<Record<string, string>>) => Object.entries(of).map(([name, value]) => `${name}=${value}`);
    const rows = targets.map((target) => [target.name, ...labels(target.labels)].join('  '));
    print(options.json, { targets }, rows.length > 0 ? rows : ['none']);
  });
}
