import { createHash } from 'node:crypto';
import { demandPurpose, demandTrust, principalNames, securityIdentifiers } from './pkca-checker-certificate.ts';
import { identifier, read, same, Unreadable } from './pkca-checker-der.ts';
import { demand, kdcError, Refusal } from './pkca-checker-error.ts';
import { type ClientPublicValue, type PkinitGroup, readClientPublicValue } from './pkca-checker-group.ts';
import { type AsRequest, type AuthPackContent, type Name, readAsRequest, readAuthPack } from './pkca-checker-request.ts';
import { type Digest, digestOf, openSignedData, type SignedContent } from './pkca-checker-signed-data.ts';

/** An account, as the certificate must be mapped to it. */
export interface Account {
  readonly principalName: string;
  readonly samAccountName: string;
  readonly sid: string;
}
/** What a domain controller knows, and which of its demands it makes. */
export interface PkcaDemands {
  readonly realm: string;
  readonly roots: readonly Uint8Array[];
  readonly ntAuth: readonly Uint8Array[];
  readonly accounts: readonly Account[];
  readonly groups: readonly PkinitGroup[];
  readonly digests: readonly Digest[];
  /** Must a request have been prepared just now (RFC 8070)? `token` tells its own from others. */
  readonly freshness: 'demanded' | 'checked' | 'off';
  readonly token: (token: Uint8Array) => boolean;
  readonly diffieHellman: boolean;
  /** q and y are held against the group. */
  readonly strictGroup: boolean;
  readonly paChecksum: boolean;
  /** Whether it must be there; where it is there it is always looked at ([MS-PKCA] 2.2.3). */
  readonly paChecksum2: boolean;
  readonly signedAttributes: boolean;
  readonly signature: boolean;
  readonly trust: boolean;
  readonly purpose: boolean;
  readonly mapping: 'strong' | 'weak' | 'off';
  readonly skew: number | undefined;
  readonly replay: boolean;
  /** Seconds that a ticket may live; a longer `till` shows a client that asks for more than it needs. */
  readonly lifetime: number | undefined;
  /** Neither renewable, nor forwardable, nor proxiable: canonicalize alone. */
  readonly options: boolean;
  readonly nonce: boolean;
  readonly encryptionTypes: readonly number[];
  /** Whether a list with RC4 or DES in it is refused, instead of read over. */
  readonly noWeakEncryptionTypes: boolean;
}
export type Rules = Omit<PkcaDemands, 'realm' | 'roots' | 'ntAuth' | 'accounts' | 'token'>;

/** As hard as a domain controller can be set. */
export const strictest: Rules = {
  groups: ['modp-14', 'modp-16', 'p-256'],
  digests: ['sha256'],
  freshness: 'demanded',
  diffieHellman: true,
  strictGroup: true,
  paChecksum: true,
  paChecksum2: true,
  signedAttributes: true,
  signature: true,
  trust: true,
  purpose: true,
  mapping: 'strong',
  skew: 300,
  replay: true,
  lifetime: 900,
  options: true,
  nonce: true,
  encryptionTypes: [17, 18, 19, 20],
  noWeakEncryptionTypes: true,
};
const paType = { pkAsReqOld: 15, pkAsReq: 16 } as const;
/** KDCOptions, RFC 4120 5.4.1, RFC 6806 3. */
const CANONICALIZE = 0x0001_0000;

/** What has been seen before: a KDC keeps one for all its requests. */
export interface ReplayCache {
  readonly seen: Set<string>;
}
export interface PkcaRequest extends AsRequest {
  readonly authPack: AuthPackContent;
  readonly signed: SignedContent;
  readonly account: Account;
  /** Absent: public key encryption. */
  readonly publicValue: ClientPublicValue | undefined;
}
export type PkcaVerdict =
  | { readonly ok: true; readonly request: PkcaRequest }
  | { readonly ok: false; readonly code: number; readonly why: string; readonly request?: AsRequest };

const isSame = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
function accountOf({ components }: Name, accounts: readonly Account[]): Account {
  const [name = '', ...others] = components;
  const account = accounts.find((a) => isSame(a.principalName, name) || isSame(a.samAccountName, name));
  demand(account && others.length === 0, kdcError.clientUnknown, 'the client is no account here ([MS-PKCA] 3.1.5.2.1)');
  return account;
}
function demandNames(request: AsRequest, { realm, accounts }: PkcaDemands): Account {
  demand(isSame(request.realm, realm), kdcError.wrongRealm, `realm ${request.realm} is not served here`);
  const [service, served = '', ...others] = request.sname.components;
  const right = service === 'krbtgt' && isSame(served, realm) && others.length === 0;
  demand(right, kdcError.serverUnknown, 'the server is not the ticket-granting service (RFC 4120 6.2)');
  return accountOf(request.cname, accounts);
}
function demandBody(request: AsRequest, demands: PkcaDemands, now: number): void {
  const { options, till, rtime, from, nonce, etypes } = request;
  if (demands.options)
    demand(options === CANONICALIZE, kdcError.badOption, `options are ${options.toString(16)}, not canonicalize alone`);
  if (demands.lifetime !== undefined) {
    const short = till <= now + demands.lifetime + (demands.skew ?? 0);
    demand(short && from === undefined && rtime === undefined, kdcError.policy, 'the ticket would live longer than a logon');
  }
  demand(now < till, kdcError.policy, 'the ticket has ended before it began');
  // RFC 4120 5.4.1: UInt32; some implementations read an Int32.
  if (demands.nonce) demand(0 <= nonce && nonce < 2 ** 31, kdcError.generic, 'nonce is not within 0 and 2147483647');
  if (demands.noWeakEncryptionTypes) {
    const weak = etypes.find((etype) => ![17, 18, 19, 20].includes(etype));
    demand(weak === undefined, kdcError.etypeNotSupported, `encryption type ${weak ?? ''} is offered`);
  }
  const common = etypes.some((etype) => demands.encryptionTypes.includes(etype));
  demand(common, kdcError.etypeNotSupported, 'no encryption type is common (RFC 4120 3.1.3)');
}
/** PA-PK-AS-REQ out of the padata: RFC 4556 3.2.1, [MS-PKCA] 3.1.5.2. */
function signedAuthPackOf({ padata }: AsRequest): Uint8Array {
  const types = padata.map(({ type }) => type);
  const both = types.includes(paType.pkAsReqOld) && types.includes(paType.pkAsReq);
  demand(!both, kdcError.generic, 'PA-PK-AS-REQ is there in both editions ([MS-PKCA] 3.1.5.2)');
  const [item, another] = padata.filter(({ type }) => type === paType.pkAsReq);
  demand(item && !another, kdcError.preauthRequired, 'there is not one PA-PK-AS-REQ');
  // signedAuthPack [0] IMPLICIT OCTET STRING.
  const [signed] = read(item.value, 0x30).children;
  demand(signed?.tag === 0x80, kdcError.preauthFailed, 'signedAuthPack is not an implicitly tagged OCTET STRING');
  return signed.content;
}
function demandChecksums(pack: AuthPackContent, body: Uint8Array, demands: PkcaDemands): void {
  const { paChecksum, paChecksum2 } = pack;
  if (demands.paChecksum) {
    demand(paChecksum, kdcError.checksumMustBeIncluded, 'paChecksum is missing (RFC 4556 3.2.2)');
    const right = same(paChecksum, createHash('sha1').update(body).digest());
    demand(right, kdcError.modified, 'paChecksum is not SHA-1 of the body (RFC 4556 3.2.2)');
  }
  if (demands.paChecksum2) demand(paChecksum2, kdcError.checksumMustBeIncluded, 'paChecksum2 is missing ([MS-PKCA] 2.2.3)');
  if (!paChecksum2) return;
  const algorithm = digestOf[identifier(paChecksum2.algorithm.children[0])];
  const right = algorithm && same(paChecksum2.checksum, createHash(algorithm).update(body).digest());
  demand(right, kdcError.modified, 'paChecksum2 is not the digest of the body ([MS-PKCA] 2.2.3)');
  demand(!demands.paChecksum2 || algorithm !== 'sha1', kdcError.checksumMustBeIncluded, 'paChecksum2 is SHA-1');
}
function demandTime({ ctime, cusec }: AuthPackContent, demands: PkcaDemands, cache: ReplayCache, now: number): void {
  demand(0 <= cusec && cusec <= 999_999, kdcError.generic, 'cusec is not within 0 and 999999 (RFC 4120 5.2.4)');
  if (demands.skew !== undefined)
    demand(Math.abs(ctime - now) <= demands.skew, kdcError.skew, 'ctime is not within the clock skew (RFC 4556 3.2.2)');
  const seen = `${ctime}.${cusec}`;
  if (demands.replay) demand(!cache.seen.has(seen), kdcError.repeat, 'ctime and cusec have been seen before (RFC 4556 3.2.2)');
  cache.seen.add(seen);
}
function demandFreshness({ freshnessToken }: AuthPackContent, { freshness, token }: PkcaDemands): void {
  if (freshness === 'demanded') demand(freshnessToken, kdcError.preauthFailed, 'the freshness token is missing (RFC 8070 2)');
  if (freshness === 'off' || !freshnessToken) return;
  demand(token(freshnessToken), kdcError.preauthExpired, 'the freshness token is not of these days (RFC 8070 2)');
}
function demandMapping({ signer }: SignedContent, { mapping }: PkcaDemands, account: Account): void {
  if (mapping === 'off') return;
  const named = principalNames(signer).some((name) => isSame(name, account.principalName));
  demand(named, kdcError.clientNameMismatch, 'the certificate is of another account ([MS-PKCA] 3.1.5.2.1.1)');
  if (mapping === 'weak') return;
  const strong = securityIdentifiers(signer).includes(account.sid);
  demand(strong, kdcError.certificateMismatch, 'the certificate has not the SID of the account ([MS-PKCA] 3.1.5.2.1.5)');
}
/** Unreadable parts of the padata say so in their own words. */
function within<T>(code: number, work: () => T): T {
  try {
    return work();
  } catch (e) {
    if (e instanceof Refusal) throw e;
    throw new Refusal(code, `cannot be read: ${e instanceof Error ? e.message : String(e)}`);
  }
}
function check(request: AsRequest, demands: PkcaDemands, cache: ReplayCache, now: number): PkcaRequest {
  const account = demandNames(request, demands);
  const signed = within(kdcError.preauthFailed, () => openSignedData(signedAuthPackOf(request), demands));
  if (demands.trust)
    within(kdcError.invalidCertificate, () => demandTrust(signed.signer, signed.certificates, { ...demands, time: now }));
  if (demands.purpose) within(kdcError.inconsistentKeyPurpose, () => demandPurpose(signed.signer));
  const authPack = within(kdcError.preauthFailed, () => readAuthPack(signed.content));
  within(kdcError.modified, () => demandChecksums(authPack, request.body, demands));
  within(kdcError.clientNameMismatch, () => demandMapping(signed, demands, account));
  demandTime(authPack, demands, cache, now);
  demandFreshness(authPack, demands);
  const { clientPublicValue } = authPack;
  demand(clientPublicValue || !demands.diffieHellman, kdcError.generic, 'public key encryption is asked for ([MS-PKCA] <20>)');
  const { groups, strictGroup } = demands;
  const publicValue =
    clientPublicValue &&
    within(kdcError.dhParametersNotAccepted, () => readClientPublicValue(clientPublicValue, groups, strictGroup));
  demandBody(request, demands, now);
  return { ...request, authPack, signed, account, publicValue };
}
/**
 * An AS-REQ as a hardened Windows domain controller judges it, written from [MS-PKCA], RFC 4556, 8070, 8636, 5349 and 4120 alone and
 * with readers other than ours: asn1js and node:crypto. Which of two faults is told first is not specified; Windows may tell the other.
 * @param now Unix seconds of the domain controller's clock
 */
export function checkAsRequest(
  bytes: Uint8Array,
  demands: PkcaDemands,
  now: number,
  cache: ReplayCache = { seen: new Set() },
): PkcaVerdict {
  let request: AsRequest | undefined;
  try {
    request = readAsRequest(bytes);
    return { ok: true, request: check(request, demands, cache, now) };
  } catch (e) {
    const seen = request ? { request } : {};
    if (e instanceof Refusal) return { ok: false, code: e.code, why: e.message, ...seen };
    // [MS-KILE] 3.4.5 leaves what cannot be read unanswered; a refusal tells the test more.
    if (e instanceof Unreadable || e instanceof Error)
      return { ok: false, code: kdcError.generic, why: `unreadable: ${e.message}` };
    throw e;
  }
}
