import type { UnixSeconds } from '../../src/wire/der-time.ts';
import { now as madeNow } from '../x509/made-certificate.ts';
import {
  type Account,
  checkAsRequest,
  type PkcaDemands,
  type PkcaRequest,
  type PkcaVerdict,
  type ReplayCache,
  type Rules,
  strictest,
} from './pkca-checker.ts';
import { kdcError, Refusal } from './pkca-checker-error.ts';
import { type AsRequest, readAsRequest } from './pkca-checker-request.ts';
import type { Digest } from './pkca-checker-signed-data.ts';
import { asReply } from './stand-in-as-reply.ts';
import { cmsDigestAlgorithms, dhParameters, errorReply, hints, type OrderedError } from './stand-in-error.ts';
import { type LieName, lies, type MangleName, mangles } from './stand-in-lie.ts';
import { alice, type KdcCertificate, kdcCa, kdcCertificates, logonCa, REALM, root } from './stand-in-realm.ts';
import { kdfs, type Reading } from './stand-in-secret.ts';
import { type TgsLieName, tgsLies, tgsReply } from './stand-in-tgs.ts';
import { random } from './stand-in-ticket.ts';

/** One request of a conversation: for hints, with PA-PK-AS-REQ, to the ticket-granting service. */
export type Step = 'hints' | 'pkinit' | 'tgs';
/** A refusal to be given at a step, so many times. */
export interface Scripted {
  readonly at: Step;
  /** 1 unless said otherwise; Infinity for always. */
  readonly times?: number;
  readonly error: OrderedError | ((request: Uint8Array) => OrderedError);
}
/** How a stand-in is; what is not said is right. */
export interface StandInSettings {
  readonly realm?: string;
  readonly now?: () => UnixSeconds;
  readonly accounts?: readonly Account[];
  readonly rules?: Partial<Rules>;
  /** Whose cards it takes; those of the test's enterprise unless said otherwise. */
  readonly cardCas?: Pick<PkcaDemands, 'roots' | 'ntAuth'>;
  readonly certificate?: KdcCertificate;
  /** Digest under the KDC's signature. */
  readonly digest?: Digest;
  /** Of the reply; the first that the client offered. */
  readonly etype?: number;
  readonly sessionEtype?: number;
  /** Takes the first key derivation that the client offers (RFC 8636 6). */
  readonly kdf?: 'chosen' | 'none' | keyof typeof kdfs;
  readonly serverDhNonce?: boolean;
  /** Seconds from now. */
  readonly dhKeyExpiration?: number;
  /** The shared secret begins with so many zero octets. */
  readonly zeros?: number;
  readonly reading?: Reading;
  /** The account's name is made canonical in the reply, as Active Directory does. */
  readonly canonicalName?: boolean;
  readonly cookie?: boolean;
  /** Neither METHOD-DATA nor a freshness token. */
  readonly bare?: boolean;
  readonly lie?: LieName;
  readonly mangle?: MangleName;
  /** Every reply after the first is the first again. */
  readonly replays?: boolean;
  readonly script?: readonly Scripted[];
  readonly services?: readonly string[];
  readonly referrals?: Readonly<Record<string, string>>;
  readonly tgsLie?: TgsLieName;
}
export interface StandInKdc {
  readonly realm: string;
  /** A pure function of request and state: no socket, no wait. */
  answer(request: Uint8Array): Uint8Array;
  /** What was asked, in order, and how it was judged. */
  readonly asked: readonly { readonly step: Step; readonly bytes: Uint8Array; readonly verdict?: PkcaVerdict }[];
  readonly replies: readonly Uint8Array[];
  /** What the checker is given. */
  readonly demands: PkcaDemands;
}
const TGS_REQ = 0x6c;
const PK_AS_REQ = 16;
const AS_FRESHNESS = 150;
const FRESH_FOR = 600;

function stepOf(bytes: Uint8Array): Step {
  if (bytes[0] === TGS_REQ) return 'tgs';
  return readAsRequest(bytes).padata.some(({ type }) => type === PK_AS_REQ) ? 'pkinit' : 'hints';
}
/** A key distribution center for tests: what it demands is the checker's, what it says may be a lie. */
export function standInKdc(settings: StandInSettings = {}): StandInKdc {
  const { realm = REALM, now = () => madeNow, accounts = [alice], script = [] } = settings;
  const rules: Rules = { ...strictest, ...settings.rules };
  const certificate = kdcCertificates[settings.certificate ?? 'right'](realm);
  const tokens = new Map<string, UnixSeconds>();
  const cache: ReplayCache = { seen: new Set() };
  const spent = new Map<Scripted, number>();
  const asked: { step: Step; bytes: Uint8Array; verdict?: PkcaVerdict }[] = [];
  const replies: Uint8Array[] = [];
  const hexOf = (octets: Uint8Array) => Buffer.from(octets).toString('hex');
  const cookie = settings.cookie === false ? undefined : new TextEncoder().encode('MIT1 cookie');
  const demands: PkcaDemands = {
    ...rules,
    realm,
    ...(settings.cardCas ?? { roots: [root.der], ntAuth: [logonCa.der] }),
    accounts,
    token: (token) => now() - (tokens.get(hexOf(token)) ?? 0) <= FRESH_FOR,
  };
  const issuers = [kdcCa.der];

  function newHints(request: AsRequest, code: number): Uint8Array {
    const isAsked = request.padata.some(({ type, value }) => type === AS_FRESHNESS && value.length === 0);
    const wanted = isAsked || code === kdcError.preauthExpired;
    const token = random(24);
    if (wanted) tokens.set(hexOf(token), now());
    return hints({ token: wanted ? token : undefined, cookie, etypes: rules.encryptionTypes });
  }
  function refusal({ code, request }: { code: number; request?: AsRequest }): OrderedError {
    if (code === kdcError.dhParametersNotAccepted) return { code, eData: dhParameters(rules.groups) };
    if (code === kdcError.digestNotAccepted) return { code, eData: cmsDigestAlgorithms(rules.digests) };
    const withHints = code === kdcError.preauthRequired || code === kdcError.preauthExpired;
    return withHints && request && !settings.bare ? { code, eData: newHints(request, code) } : { code };
  }
  function kdfOf({ authPack }: PkcaRequest): string | undefined {
    const { kdf = 'chosen' } = settings;
    if (kdf === 'none' || !authPack.supportedKdfs) return undefined;
    const offered = authPack.supportedKdfs.map(({ content }) => content);
    const known = Object.keys(kdfs).filter((id) => kdf === 'chosen' || kdf === id);
    // 1.3.6.1.5.2.3.6.n: told apart by the last octet.
    const chosen = offered.map((id) => known.find((own) => own.endsWith(`.${id.at(-1) ?? 0}`))).find((id) => id !== undefined);
    if (!chosen) throw new Refusal(kdcError.noAcceptableKdf, 'no key derivation is common (RFC 8636 6)');
    return chosen;
  }
  const cnameOf = ({ cname, account }: PkcaRequest) =>
    settings.canonicalName === false
      ? { nameType: cname.type, nameString: [...cname.components] }
      : { nameType: 1, nameString: [account.samAccountName] };
  function preauthenticated(bytes: Uint8Array): Uint8Array {
    const verdict = checkAsRequest(bytes, demands, now(), cache);
    const entry = asked.at(-1);
    if (entry) entry.verdict = verdict;
    if (!verdict.ok) return errorReply(realm, now(), refusal(verdict));
    const { request } = verdict;
    return asReply(
      request,
      bytes,
      {
        realm,
        now: now(),
        certificate,
        digest: settings.digest ?? 'sha256',
        etype: settings.etype,
        sessionEtype: settings.sessionEtype,
        kdf: kdfOf(request),
        serverDhNonce: settings.serverDhNonce ? random(32) : undefined,
        dhKeyExpiration: settings.dhKeyExpiration === undefined ? undefined : now() + settings.dhKeyExpiration,
        zeros: settings.zeros,
        reading: settings.reading ?? 'padded',
        cname: cnameOf(request),
        lie: lies[settings.lie ?? 'none'],
      },
      issuers,
    );
  }
  function scripted(step: Step, bytes: Uint8Array): Uint8Array | undefined {
    const entry = script.find((s) => s.at === step && (spent.get(s) ?? 0) < (s.times ?? 1));
    if (!entry) return undefined;
    spent.set(entry, (spent.get(entry) ?? 0) + 1);
    return errorReply(realm, now(), typeof entry.error === 'function' ? entry.error(bytes) : entry.error);
  }
  function hinted(bytes: Uint8Array): Uint8Array {
    const request = readAsRequest(bytes);
    const verdict = checkAsRequest(bytes, demands, now());
    const code = verdict.ok ? kdcError.generic : verdict.code;
    return errorReply(realm, now(), refusal({ code, request }));
  }
  function granted(bytes: Uint8Array): Uint8Array {
    const lie = tgsLies[settings.tgsLie ?? 'none'];
    const { services = [], referrals = {}, sessionEtype } = settings;
    return tgsReply(bytes, now(), { realm, services, referrals, skew: rules.skew ?? 300, sessionEtype, lie });
  }
  const steps: Readonly<Record<Step, (bytes: Uint8Array) => Uint8Array>> = {
    hints: hinted,
    pkinit: preauthenticated,
    tgs: granted,
  };
  function answerOf(step: Step, bytes: Uint8Array): Uint8Array {
    try {
      return scripted(step, bytes) ?? steps[step](bytes);
    } catch (e) {
      if (e instanceof Refusal) return errorReply(realm, now(), { code: e.code });
      throw e;
    }
  }
  return {
    realm,
    asked,
    replies,
    demands,
    answer(bytes) {
      const step = stepOf(bytes);
      asked.push({ step, bytes });
      const reply = answerOf(step, bytes);
      const isGrant = reply[0] !== 0x7e;
      const first = replies[0];
      if (isGrant) replies.push(reply);
      if (isGrant && settings.replays && first) return first;
      return isGrant && settings.mangle ? mangles[settings.mangle](reply) : reply;
    },
  };
}
