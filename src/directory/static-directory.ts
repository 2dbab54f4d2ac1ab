import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { Errors } from 'typebox/schema';
import { parse } from 'yaml';
import type { Account, Host } from '../policy/account.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { type DirectoryFile, directorySchema } from './directory-schema.ts';

const MOST_OCTETS = 32 * 1024 * 1024;
const fault = (path: string, what: string, cause?: unknown) =>
  new MayflyError('directory-file', `the directory file ${path} ${what}`, {
    ...(cause === undefined ? {} : { cause }),
    next: 'correct the file; until then no account is known',
  });

/** One state of the file. */
export class StaticDirectory {
  readonly accounts: readonly Account[];
  readonly hosts: readonly Host[];
  readonly #byUpn = new Map<string, Account>();
  readonly #bySid = new Map<string, Account>();
  readonly #byName = new Map<string, Account[]>();
  readonly #hosts = new Map<string, Host>();

  constructor(path: string, file: DirectoryFile, now: number) {
    const groups = new Map((file.groups ?? []).map((group) => [group.name.toLowerCase(), group] as const));
    this.accounts = (file.accounts ?? []).map((account): Account => {
      const { names, sids } = flattened(path, account.memberOf ?? [], groups);
      const suffix = account.userPrincipalName.slice(account.userPrincipalName.lastIndexOf('@') + 1);
      const expired = account.expires !== undefined && Date.parse(account.expires) <= now;
      return {
        name: account.name,
        domain: (account.domain ?? suffix).toLowerCase(),
        userPrincipalName: account.userPrincipalName,
        sid: account.sid,
        kind: account.kind ?? 'user',
        obstacles: [
          ...(account.disabled ? ['the account is disabled'] : []),
          ...(account.locked ? ['the account is locked'] : []),
          ...(expired ? ['the account has expired'] : []),
        ],
        groupSids: sids,
        groups: names,
        adminCount: account.adminCount ?? 0,
        sidHistory: account.sidHistory ?? [],
      };
    });
    this.hosts = (file.hosts ?? []).map((host) => {
      return { name: host.name.toLowerCase(), labels: { ...host.labels }, organizationalUnits: host.organizationalUnits ?? [] };
    });
    for (const account of this.accounts) {
      const upn = account.userPrincipalName.toLowerCase();
      if (this.#byUpn.has(upn) || this.#bySid.has(account.sid)) throw fault(path, `names the account "${account.name}" twice`);
      this.#byUpn.set(upn, account);
      this.#bySid.set(account.sid, account);
      const name = account.name.toLowerCase();
      this.#byName.set(name, [...(this.#byName.get(name) ?? []), account]);
    }
    for (const host of this.hosts) {
      if (this.#hosts.has(host.name)) throw fault(path, `names the host "${host.name}" twice`);
      this.#hosts.set(host.name, host);
    }
  }
  /** By user principal name, SID or, where only one domain has it, name; without case. */
  account(reference: string): Account | undefined {
    const lower = reference.toLowerCase();
    const named = this.#byName.get(lower) ?? [];
    return this.#byUpn.get(lower) ?? this.#bySid.get(reference) ?? (named.length === 1 ? named[0] : undefined);
  }
  host(name: string): Host | undefined {
    return this.#hosts.get(name.toLowerCase());
  }
}

type Group = NonNullable<DirectoryFile['groups']>[number];
/** All groups above, however they are nested; a group that the file does not define is a fault, not a guess. */
function flattened(path: string, memberOf: readonly string[], groups: ReadonlyMap<string, Group>) {
  const found = new Map<string, string>();
  const open = [...memberOf];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const group = groups.get(name.toLowerCase());
    if (!group) throw fault(path, `names a group that it does not define: "${name}"`);
    if (found.has(group.sid)) continue;
    found.set(group.sid, group.name);
    open.push(...(group.memberOf ?? []));
  }
  return { sids: [...found.keys()], names: [...found.values()] };
}

/** @throws MayflyError `directory-file` */
export async function readStaticDirectory(path: string): Promise<StaticDirectory> {
  let value: unknown;
  try {
    await using handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const found = await handle.stat();
    if (!found.isFile() || found.size > MOST_OCTETS) throw new Error('it is no regular file, or over 32 MiB');
    if (found.mode & 0o022) throw new Error('others than its owner may write it');
    const text = await handle.readFile('utf8');
    value = path.endsWith('.json') ? JSON.parse(text) : parse(text, { maxAliasCount: 0, strict: true, uniqueKeys: true });
  } catch (cause) {
    throw fault(path, `cannot be read: ${cause instanceof Error ? cause.message.split('\n', 1)[0] : 'unknown cause'}`, cause);
  }
  const [isValid, errors] = Errors(directorySchema, value ?? {});
  if (!isValid) throw fault(path, `is not one: ${errors.map((e) => `${e.instancePath || '/'} ${e.message}`).join('; ')}`);
  return new StaticDirectory(path, (value ?? {}) as DirectoryFile, Date.now());
}

/** The directory port over a file, which is read again when it has changed: what is answered is never older than the question. */
export class StaticDirectoryPort {
  readonly #path: string;
  #known: { readonly version: string; readonly directory: StaticDirectory; readonly until: number } | undefined;
  constructor(path: string) {
    this.#path = path;
  }
  async #current(): Promise<StaticDirectory> {
    const found = await stat(this.#path, { bigint: true }).catch((cause: unknown) => {
      throw fault(this.#path, 'is not there', cause);
    });
    const version = `${found.ino}.${found.mtimeNs}.${found.size}`;
    // An account may expire while its file stays as it is.
    if (this.#known?.version !== version || this.#known.until <= Date.now()) {
      const directory = await readStaticDirectory(this.#path);
      this.#known = { version, directory, until: Date.now() + 1000 };
    }
    return this.#known.directory;
  }
  async account(reference: string): Promise<Account | undefined> {
    return (await this.#current()).account(reference);
  }
  async host(name: string): Promise<Host | undefined> {
    return (await this.#current()).host(name);
  }
  async hosts(): Promise<readonly Host[]> {
    return (await this.#current()).hosts;
  }
}
