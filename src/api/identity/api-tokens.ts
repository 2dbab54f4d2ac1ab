import type { JournalEntry } from '../../journal/entry.ts';
import type { Person, Scope } from '../../policy/principal.ts';
import { personName } from '../../session/session-access.ts';
import type { UnixSeconds } from '../../wire/der-time.ts';
import { fromHex, toHex } from '../../wire/hex.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { newToken, type TokenRecord, type TokenRequest, type TokenStore } from './api-token.ts';

/** Where tokens are kept, as texts, each with its journal entry. */
export interface KeptTokens {
  token(id: string): string | undefined;
  tokens(): readonly string[];
  saveToken(id: string, value: string, entry: JournalEntry): void;
}
export interface TokenPorts {
  readonly kept: KeptTokens;
  readonly clock: () => UnixSeconds;
  readonly random: (length: number) => Uint8Array;
}
/** What may be told of a token: everything but its digest. */
export type TokenView = Omit<TokenRecord, 'digest'>;
export interface NewToken extends TokenView {
  /** The token itself; it is in nobody's hands but the reader's. */
  readonly text: string;
}
export interface TokenOrder {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Seconds. */
  readonly lifetime: number;
  readonly person?: Person | undefined;
}

const viewOf = ({ id, name, scopes, created, expires, revoked, person }: TokenRecord): TokenView => ({
  ...{ id, name, scopes, created, expires },
  ...(revoked === undefined ? {} : { revoked }),
  ...(person === undefined ? {} : { person }),
});
const textOf = ({ digest, ...rest }: TokenRecord) => JSON.stringify({ ...rest, digest: toHex(digest) });
function recordOf(text: string): TokenRecord {
  const { digest, ...rest } = JSON.parse(text) as Omit<TokenRecord, 'digest'> & { readonly digest: string };
  return { ...rest, digest: fromHex(digest) };
}

/** All tokens of our own. @throws MayflyError `store-…` */
export class ApiTokens implements TokenStore {
  readonly #ports: TokenPorts;
  constructor(ports: TokenPorts) {
    this.#ports = ports;
  }
  find(id: string): TokenRecord | undefined {
    const text = this.#ports.kept.token(id);
    return text === undefined ? undefined : recordOf(text);
  }
  list(): readonly TokenView[] {
    return this.#ports.kept.tokens().map((text) => viewOf(recordOf(text)));
  }
  /** Journaled when it returns. @throws MayflyError `token-request` @param by who made it, for the journal */
  create(order: TokenOrder, by: string): NewToken {
    const { kept, clock, random } = this.#ports;
    const now = clock();
    const { record, text } = newToken(random(32), random(10), { ...order, now } satisfies TokenRequest);
    const { id, name, scopes } = record;
    const whose = order.person ? { person: personName(order.person) } : {};
    kept.saveToken(id, textOf(record), { event: 'token-created', at: now, token: id, name, scopes, by, ...whose });
    return { ...viewOf(record), text };
  }
  /** A token that was revoked before stays as it is. @throws MayflyError `token-unknown-id` */
  revoke(id: string, by: string): TokenView {
    const { kept, clock } = this.#ports;
    const record = this.find(id);
    if (!record) throw new MayflyError('token-unknown-id', 'there is no token with this id', { next: 'see `mayfly token list`' });
    if (record.revoked !== undefined) return viewOf(record);
    const at = clock();
    const revoked = { ...record, revoked: at };
    const { name, scopes } = record;
    kept.saveToken(id, textOf(revoked), { event: 'token-revoked', at, token: id, name, scopes, by });
    return viewOf(revoked);
  }
}
