import {
  AddRequest,
  Attribute,
  BindRequest,
  Change,
  type Control,
  DeleteRequest,
  type Filter,
  ModifyRequest,
  PagedResultsControl,
  SearchRequest,
  UnbindRequest,
} from 'ldapts';
import { MayflyError } from '../wire/mayfly-error.ts';
import type { LdapEntry } from './ldap-reply.ts';
import { resultFault } from './ldap-result.ts';
import { type LdapSecurity, type LdapServer, openSecure, serverText } from './ldap-socket.ts';
import { type LdapAnswer, type LdapRequest, LdapStream } from './ldap-stream.ts';

/** How a connection becomes somebody's. A Kerberos bind (SASL GSS-SPNEGO) will be another one of these. */
export type Bind = (bind: (name: string, password: string) => Promise<void>) => Promise<void>;

/** Binary values; text where it is text. */
export type Values = readonly (string | Uint8Array)[];
export interface Modification {
  readonly operation: 'add' | 'delete' | 'replace';
  readonly attribute: string;
  readonly values: Values;
}
export interface Search {
  readonly base: string;
  readonly scope: 'base' | 'one' | 'sub';
  readonly filter: Filter;
  readonly attributes: readonly string[];
  /** At most so many; more are an error. */
  readonly atMost?: number;
  readonly controls?: readonly Control[];
  /** Entries so far, page by page. */
  readonly progress?: (found: number) => void;
}
const PAGE = 500;
/** Milliseconds for all pages of a search. */
const ALL_PAGES = 120_000;
/** Pages without an entry: a server that goes on with nothing does not go on for ever. */
const MOST_EMPTY_PAGES = 100;

const buffers = (values: Values): Buffer[] =>
  values.map((value) => (typeof value === 'string' ? Buffer.from(value) : Buffer.from(value)));
const attributeOf = (type: string, values: Values) => new Attribute({ type, values: buffers(values) });

/** One bound connection to one domain controller. */
export class LdapConnection {
  readonly server: LdapServer;
  readonly #stream: LdapStream;

  private constructor(server: LdapServer, stream: LdapStream) {
    this.server = server;
    this.#stream = stream;
  }
  /** @throws MayflyError `directory-unreachable`, `directory-certificate`, `directory-late`, `directory-credentials` */
  static async open(server: LdapServer, security: LdapSecurity, bind: Bind): Promise<LdapConnection> {
    const stream = new LdapStream(await openSecure(server, security), serverText(server));
    const connection = new LdapConnection(server, stream);
    try {
      await bind(async (name, password) => {
        // RFC 4513 5.1.2: a name without a password would be let in as nobody.
        if (password === '') throw new MayflyError('directory-credentials', 'the password is empty');
        await connection.#done(new BindRequest({ messageId: 0, dn: name, password }), `binding as ${name}`);
      });
      return connection;
    } catch (e) {
      stream.close();
      throw e;
    }
  }
  /** False once it can be used no more. */
  get isOpen(): boolean {
    return this.#stream.failure === undefined;
  }
  get peer(): string {
    return serverText(this.server);
  }
  async #answer(request: LdapRequest, what: string, accepted: readonly number[] = [0]): Promise<LdapAnswer> {
    const answer = await this.#stream.ask(request);
    if (!accepted.includes(answer.result.code)) throw resultFault(this.peer, what, answer.result);
    return answer;
  }
  async #done(request: LdapRequest, what: string): Promise<void> {
    await this.#answer(request, what);
  }
  /** All entries. Continuation references are left alone: other domains are configured by themselves. */
  async search({ base, scope, filter, attributes, atMost = 5000, controls = [], progress }: Search): Promise<LdapEntry[]> {
    const began = performance.now();
    const found: LdapEntry[] = [];
    let cookie = Buffer.alloc(0);
    for (let empty = 0; ; ) {
      const paged = scope === 'base' ? [] : [new PagedResultsControl({ critical: true, value: { size: PAGE, cookie } })];
      const request = new SearchRequest({
        messageId: 0,
        baseDN: base,
        scope,
        filter,
        attributes: [...attributes],
        timeLimit: 10,
        controls: [...paged, ...controls],
      });
      const { entries, result } = await this.#answer(request, `searching ${base || 'the root'}`);
      found.push(...entries);
      if (atMost < found.length)
        throw new MayflyError('directory-too-much', `${this.peer}: ${base} has more than ${atMost} of what was looked for`, {
          next: 'narrow it by a search base',
        });
      progress?.(found.length);
      if (result.cookie.length === 0) return found;
      empty = entries.length === 0 ? empty + 1 : 0;
      if (MOST_EMPTY_PAGES < empty || ALL_PAGES < performance.now() - began) {
        this.close();
        throw new MayflyError('directory-late', `${this.peer}: a search of ${base} does not end`, {
          next: 'see whether that server is well',
        });
      }
      cookie = Buffer.from(result.cookie);
    }
  }
  /** One object by its name; undefined where there is none. */
  async read(
    name: string,
    attributes: readonly string[],
    filter: Filter,
    controls: readonly Control[] = [],
  ): Promise<LdapEntry | undefined> {
    const request = new SearchRequest({
      messageId: 0,
      baseDN: name,
      scope: 'base',
      filter,
      attributes: [...attributes],
      controls: [...controls],
    });
    const { entries } = await this.#answer(request, `reading ${name || 'the root'}`, [0, 32]);
    return entries[0];
  }
  async add(name: string, attributes: Readonly<Record<string, Values>>): Promise<void> {
    const given = Object.entries(attributes).map(([type, values]) => attributeOf(type, values));
    await this.#done(new AddRequest({ messageId: 0, dn: name, attributes: given }), `adding ${name}`);
  }
  async modify(name: string, modifications: readonly Modification[], controls: readonly Control[] = []): Promise<void> {
    const changes = modifications.map(
      ({ operation, attribute, values }) => new Change({ operation, modification: attributeOf(attribute, values) }),
    );
    const attributes = modifications.map(({ attribute }) => attribute).join(', ');
    await this.#done(
      new ModifyRequest({ messageId: 0, dn: name, changes, controls: [...controls] }),
      `writing ${attributes} of ${name}`,
    );
  }
  async remove(name: string): Promise<void> {
    await this.#done(new DeleteRequest({ messageId: 0, dn: name }), `deleting ${name}`);
  }
  close(): void {
    this.#stream.tell(new UnbindRequest({ messageId: 0 }));
    this.#stream.close();
  }
}
