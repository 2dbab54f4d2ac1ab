import { existsSync } from 'node:fs';
import { directoryPerson } from '../../api/identity/directory-person.ts';
import { tokenText } from '../../api/token-text.ts';
import { replaceFile } from '../../ca/atomic-file.ts';
import type { NewToken, Token, TokenOrder } from '../../client/operations.ts';
import type { Config } from '../../config/config.ts';
import { loadConfig } from '../../config/load-config.ts';
import { databaseFile } from '../../config/service-config.ts';
import type { Person, Scope } from '../../policy/principal.ts';
import { Store } from '../../store/store.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { print, table } from '../print.ts';
import { type ClientOptions, serviceClient } from './service-client.ts';
import { openDirectory } from './service-files.ts';
import { apiTokens } from './service-tokens.ts';

/** Where tokens are seen to: with a service that runs, or in the database of one that does not. */
interface TokenDesk {
  readonly create: (order: TokenOrder) => Promise<NewToken>;
  readonly list: () => Promise<readonly Token[]>;
  readonly revoke: (id: string) => Promise<Token>;
  readonly close: () => Promise<void> | void;
}
const DAY = 86_400;
/** Who did it, in the journal, where no service was asked. */
const BY = 'mayfly token';

async function servedDesk(options: ClientOptions): Promise<TokenDesk> {
  const client = await serviceClient(options, 'admin');
  return {
    create: (body) => client.call('createToken', { body }),
    list: async () => (await client.call('listTokens', {})).tokens,
    revoke: (id) => client.call('revokeToken', { params: { id } }),
    close: () => client.close(),
  };
}
/** Undefined where there is no database. */
async function storedDesk({ config: file }: ClientOptions): Promise<TokenDesk | undefined> {
  const config = await loadConfig({ env: process.env, file });
  const path = databaseFile(config.home);
  if (!existsSync(path)) return undefined;
  const store = Store.open(path);
  const tokens = apiTokens(store);
  return {
    async create({ name, scopes, days, person: named }) {
      const person = named === undefined ? undefined : await personOf(config, named);
      const made = tokens.create({ name, scopes, lifetime: days * DAY, person }, BY);
      return { ...tokenText(made), token: made.text };
    },
    list: async () => tokens.list().map(tokenText),
    revoke: async (id) => tokenText(tokens.revoke(id, BY)),
    close: () => store.close(),
  };
}
async function personOf(config: Config, named: string): Promise<Person> {
  const { directory, close } = await openDirectory(config);
  try {
    return await directoryPerson(directory, named);
  } finally {
    await close();
  }
}
/** Whether the service is there; one that is named has to be. */
const isUnreachable = (e: unknown) => e instanceof MayflyError && ['api-unreachable', 'service-unknown'].includes(e.code);
async function atDesk(options: ClientOptions, work: (desk: TokenDesk) => Promise<void>): Promise<number> {
  const isNamed = options.url !== undefined || Boolean(process.env['MAYFLY_URL']);
  try {
    await withDesk(await servedDesk(options), work);
  } catch (e) {
    const stored = isNamed || !isUnreachable(e) ? undefined : await storedDesk(options);
    if (!stored) throw e;
    await withDesk(stored, work);
  }
  return 0;
}
async function withDesk(desk: TokenDesk, work: (desk: TokenDesk) => Promise<void>): Promise<void> {
  try {
    await work(desk);
  } finally {
    await desk.close();
  }
}
const factsOf = ({ id, name, scopes, person, expires, revoked }: Token): readonly (readonly [string, string])[] => [
  ['token', id],
  ['name', name],
  ['scopes', scopes.join(', ')],
  ['person', person ?? 'none: a launcher, which is nobody by itself'],
  ['until', revoked === undefined ? expires : `revoked ${revoked}`],
];

interface CreateOptions extends ClientOptions {
  readonly scope?: readonly Scope[];
  readonly person?: string;
  readonly days: number;
  readonly out?: string;
}
/** `mayfly token create NAME`: the token goes to standard output or to a file, this once. */
export function tokenCreate(options: CreateOptions): Promise<number> {
  return atDesk(options, async (desk) => {
    const { person, days, out, json } = options;
    const name = options.args[0] ?? person;
    if (!name)
      throw new MayflyError('token-name', 'nothing names the token', {
        next: 'give a name for a launcher (`mayfly token create NAME`), or --person UPN',
      });
    const scopes = options.scope ?? (person === undefined ? ['sessions'] : ['sessions', 'approve']);
    const { token, ...made } = await desk.create({ name, scopes, days, ...(person === undefined ? {} : { person }) });
    if (out !== undefined) await replaceFile(out, `${token}\n`);
    const shown = out === undefined ? { token } : { file: out };
    print(json, { ...made, ...shown }, table([...factsOf(made), ...(out === undefined ? [] : [['file', out] as const])]));
    if (out === undefined && !json) process.stdout.write(`\n${token}\n`);
  });
}
export function tokenList(options: ClientOptions): Promise<number> {
  return atDesk(options, async (desk) => {
    const tokens = await desk.list();
    const lines = tokens.map(({ id, name, scopes, person, expires, revoked }) => {
      const until = revoked === undefined ? `until ${expires}` : `revoked ${revoked}`;
      return `${id}  ${name}  ${scopes.join(',')}  ${person ?? '-'}  ${until}`;
    });
    print(options.json, { tokens }, lines.length > 0 ? lines : ['none']);
  });
}
export function tokenRevoke(options: ClientOptions): Promise<number> {
  return atDesk(options, async (desk) => {
    const [id = ''] = options.args;
    if (!/^[a-z2-7]{16}$/.test(id))
      throw new MayflyError('token-id', 'this is not the id of a token', { next: 'see `mayfly token list`' });
    const revoked = await desk.revoke(id);
    print(options.json, { ...revoked }, table(factsOf(revoked)));
  });
}
