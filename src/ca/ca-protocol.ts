import Type from 'typebox';
import { Check, Errors } from 'typebox/value';
import { type RevocationReason, revocationReasons } from '../x509/crl.ts';

/** Requests are small; replies carry at most a CRL. */
export const LONGEST_REQUEST = 16 * 1024;
export const LONGEST_REPLY = 16 * 1024 * 1024;
/** Milliseconds within which a message that has begun must be whole. */
export const MESSAGE_PATIENCE = 5000;
/** Milliseconds a caller waits for its answer. */
export const REPLY_PATIENCE = 15_000;

const id = Type.Integer({ minimum: 0, maximum: 0xffff_ffff });
const base64 = (maxLength: number) => Type.String({ maxLength, pattern: '^[A-Za-z0-9+/]*={0,2}$' });
const strict = { additionalProperties: false };

const issue = Type.Object(
  {
    id,
    do: Type.Literal('issue'),
    cardId: Type.String({ maxLength: 64 }),
    account: Type.String({ maxLength: 256 }),
    userPrincipalName: Type.String({ maxLength: 1024 }),
    sid: Type.String({ maxLength: 128 }),
    /** DER, base64. */
    subjectPublicKeyInfo: base64(4096),
    lifetime: Type.Integer({ minimum: 1, maximum: 0x7fff_ffff }),
  },
  strict,
);
const revoke = Type.Object(
  {
    id,
    do: Type.Literal('revoke'),
    serialNumber: Type.String({ pattern: '^[0-9a-f]{2,40}$' }),
    reason: Type.Enum(Object.keys(revocationReasons) as RevocationReason[]),
  },
  strict,
);
const crl = Type.Object({ id, do: Type.Literal('crl'), fresh: Type.Boolean() }, strict);
const describe = Type.Object({ id, do: Type.Literal('describe') }, strict);

const requests = { issue, revoke, crl, describe };
export type CaRequest = Type.Static<(typeof requests)[keyof typeof requests]>;
export type RequestBody<K extends CaRequest['do']> = Omit<Extract<CaRequest, { do: K }>, 'id' | 'do'>;

const faults = Type.Array(Type.Object({ lint: Type.String(), reason: Type.String(), source: Type.String() }));
/** What each request is answered with; `refused` and `failed` may answer any. */
export const replies = {
  issue: Type.Object({ certificate: base64(16_384), serialNumber: Type.String(), notAfter: Type.Integer() }),
  revoke: Type.Object({ crlNumber: Type.Integer() }),
  crl: Type.Object({ crl: base64(LONGEST_REPLY) }),
  describe: Type.Object({
    subject: Type.String(),
    keyId: Type.String(),
    notAfter: Type.Integer(),
    lab: Type.Boolean(),
    maxLifetime: Type.Integer(),
    upnSuffixes: Type.Array(Type.String()),
    refusedSids: Type.Integer(),
    crlUrls: Type.Array(Type.String()),
  }),
} as const;
export type ReplyBody<K extends CaRequest['do']> = Type.Static<(typeof replies)[K]>;
export const envelope = Type.Union([
  Type.Object({ id, ok: Type.Literal(true), reply: Type.Unknown() }),
  /** A rule said no: what is wrong with the request, each fault on its own. */
  Type.Object({ id, ok: Type.Literal(false), refused: faults }),
  /** The CA could not: code, one clause, next step. */
  Type.Object({ id, ok: Type.Literal(false), failed: Type.Object({ code: Type.String(), message: Type.String(), next: Type.Optional(Type.String()) }) }),
]);
export type Envelope = Type.Static<typeof envelope>;

export type ReadRequest = { readonly ok: true; readonly request: CaRequest } | { readonly ok: false; readonly id: number; readonly reason: string };
/** Holds a message against the schema of the request it says it is; unknown fields are refused by name. */
export function readRequest(message: unknown): ReadRequest {
  const claimed: Record<string, unknown> = typeof message === 'object' && message !== null ? { ...message } : {};
  const claimedId = Check(id, claimed['id']) ? claimed['id'] : 0;
  const kind = String(claimed['do']);
  if (!isKind(kind)) return { ok: false, id: claimedId, reason: 'the request is none of issue, revoke, crl, describe' };
  const schema = requests[kind];
  if (Check(schema, message)) return { ok: true, request: message };
  const unknown = Object.keys(claimed).filter((field) => !(field in schema.properties));
  if (unknown.length > 0) return { ok: false, id: claimedId, reason: `${kind} has fields it must not have: ${unknown.slice(0, 5).join(', ').slice(0, 100)}` };
  const [first] = Errors(schema, message);
  return { ok: false, id: claimedId, reason: `${kind}${first?.instancePath ?? ''} ${first?.message ?? 'is not as it must be'}`.slice(0, 200) };
}
const isKind = (kind: string): kind is keyof typeof requests => Object.hasOwn(requests, kind);
