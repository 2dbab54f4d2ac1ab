import { randomBytes } from 'node:crypto';
import { decrypt, type EncryptionKey } from '../../src/crypto/encrypted-data.ts';
import { apReq, authenticator } from '../../src/kerberos/application-messages.ts';
import type { Credential } from '../../src/kerberos/credential.ts';
import { kdcReqBody, tgsReq } from '../../src/kerberos/kdc-request.ts';
import { kerberosFlag } from '../../src/kerberos/kerberos-primitives.ts';
import { keyUsage } from '../../src/kerberos/key-usage.ts';
import { paDataOf } from '../../src/kerberos/pa-data.ts';
import { type PrincipalName, ticketGrantingService } from '../../src/kerberos/principal-name.ts';
import { realmProfile } from '../../src/kerberos/realm-profile.ts';
import { type TgsQuestion, tgsExchange } from '../../src/kerberos/tgs-exchange.ts';
import { converse } from '../../src/net/converse.ts';
import { decode } from '../../src/wire/codec.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { Refusal } from './pkca-checker-error.ts';
import { errorReply, type OrderedError } from './stand-in-error.ts';
import { tgsLies, tgsReply } from './stand-in-tgs.ts';
import { freshKey, sealTicket } from './stand-in-ticket.ts';

export const now = 1_795_000_000;
export const HOME = 'CORP.EXAMPLE';
export const service: PrincipalName = { nameType: 2, nameString: ['TERMSRV', 'pc7.corp.example'] };
export const SPN = 'TERMSRV/pc7.corp.example';
const alice = { realm: HOME, name: { nameType: 1, nameString: ['alice'] } };

/** A ticket-granting ticket as the realm's KDC would have made it. */
export function grantingTicket({ key = freshKey(18), until = now + 900, realm = HOME } = {}): Credential {
  const name = ticketGrantingService(realm);
  const ticket = sealTicket(realm, name, {
    flags: kerberosFlag.initial,
    key: { keytype: key.etype, keyvalue: key.value },
    crealm: alice.realm,
    cname: alice.name,
    transited: { trType: 1, contents: new Uint8Array() },
    authtime: now,
    starttime: now,
    endtime: until,
  });
  const times = { authTime: now, startTime: now, endTime: until, renewTill: undefined };
  return { client: alice, server: { realm, name }, key, ticket, flags: kerberosFlag.initial, ...times };
}
/** Said instead of what is right, by the number of the request. */
export type Instead = (request: Uint8Array, at: number, right: () => Uint8Array) => Uint8Array | OrderedError;
export interface Realm {
  readonly services?: readonly string[];
  readonly referrals?: Readonly<Record<string, string>>;
  readonly instead?: Instead;
  /** Seconds ahead of the client's clock. */
  readonly ahead?: number;
}
interface Asked {
  readonly realm: string;
  readonly bytes: Uint8Array;
  readonly reply: Uint8Array;
}
/** One exchange with KDCs that are right unless they say something `instead`. */
export function exchangeWith(kdcs: Readonly<Record<string, Realm>>, change: Partial<TgsQuestion> = {}) {
  const asked: Asked[] = [];
  const profiles: string[] = [];
  const question: TgsQuestion = {
    ticket: grantingTicket(),
    service,
    lifetime: 600,
    profile(realm) {
      profiles.push(realm);
      return realmProfile(realm);
    },
    ...change,
  };
  const answers = {
    exchange({ realm, bytes: request }: { realm: string; bytes: Uint8Array }) {
      const kdc = kdcs[realm];
      if (!kdc) throw new MayflyError('kdc-not-found', `no KDC of ${realm}`);
      const { services = [], referrals = {}, ahead = 0 } = kdc;
      const settings = { realm, services, referrals, skew: 300, sessionEtype: undefined, lie: tgsLies.none };
      const right = () => {
        try {
          return tgsReply(request, now + ahead, settings);
        } catch (e) {
          if (e instanceof Refusal) return errorReply(realm, now + ahead, { code: e.code });
          throw e;
        }
      };
      const said = kdc.instead?.(request, asked.length, right) ?? right();
      const reply = said instanceof Uint8Array ? said : errorReply(realm, now + ahead, said);
      asked.push({ realm, bytes: request, reply });
      return { bytes: reply };
    },
    time: () => ({ seconds: now, microseconds: asked.length }),
    random: ({ length }: { length: number }) => new Uint8Array(randomBytes(length)),
  };
  return { asked, profiles, question, run: () => converse(tgsExchange(question), answers) };
}
/** What a TGS-REQ says, with the authenticator in it opened. */
export function opened(request: Uint8Array, key: EncryptionKey) {
  const { padata, reqBody } = decode(tgsReq, request);
  const ap = decode(apReq, paDataOf(padata, 1) ?? new Uint8Array());
  const plaintext = decrypt(key, keyUsage.tgsReqAuthenticator, ap.authenticator.cipher);
  if (!plaintext) throw new Error('the authenticator is of another key');
  return { padata, reqBody, body: decode(kdcReqBody, reqBody), ap, proof: decode(authenticator, plaintext) };
}
export const first = ({ asked }: { asked: readonly Asked[] }) => asked[0]?.bytes ?? new Uint8Array();
export const right: Realm = { services: [SPN] };
