import { decrypt, verifyMic } from '../../src/crypto/encrypted-data.ts';
import { apReq, authenticator } from '../../src/kerberos/application-messages.ts';
import { type EncKdcRepPart, encTgsRepPart, tgsRep } from '../../src/kerberos/kdc-reply.ts';
import { kdcReqBody, tgsReq } from '../../src/kerberos/kdc-request.ts';
import { kerberosFlag } from '../../src/kerberos/kerberos-primitives.ts';
import { keyUsage } from '../../src/kerberos/key-usage.ts';
import { paDataOf, paType } from '../../src/kerberos/pa-data.ts';
import type { PrincipalName } from '../../src/kerberos/principal-name.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import type { UnixSeconds } from '../../src/wire/der-time.ts';
import { demand, kdcError } from './pkca-checker-error.ts';
import { type EncTicketPart, freshKey, openTicket, sealed, sealTicket } from './stand-in-ticket.ts';

/** What a ticket-granting service knows. */
export interface TgsSettings {
  readonly realm: string;
  /** Names of services of this realm, as `TERMSRV/host`. */
  readonly services: readonly string[];
  /** Where other services are, as far as this realm knows: the next realm on the way. */
  readonly referrals: Readonly<Record<string, string>>;
  readonly skew: number;
  readonly sessionEtype: number | undefined;
  readonly lie: (plan: TgsReplyPlan) => TgsReplyPlan;
}
export interface TgsReplyPlan {
  readonly part: EncKdcRepPart;
  readonly crealm: string;
  readonly cname: PrincipalName;
  readonly ticketName: PrincipalName;
  readonly usage: number;
  readonly etype: number;
}
const nameOf = ({ nameString }: PrincipalName) => nameString.join('/');
const badIntegrity = 31;
const ticketExpired = 32;
const badMatch = 36;
const notUs = 35;

/** The ticket and its proof, RFC 4120 3.3.3 and 3.2.3. */
function opened(padata: Uint8Array, body: Uint8Array, now: UnixSeconds, { realm, skew }: TgsSettings) {
  const { ticket, authenticator: cipher } = decode(apReq, padata);
  const granting = openTicket(ticket);
  demand(granting, badIntegrity, 'the ticket is of another key');
  const { part, sname } = granting;
  demand(nameOf(sname) === `krbtgt/${realm}`, notUs, 'the ticket is for another service');
  demand(now < part.endtime, ticketExpired, 'the ticket has ended');
  const key = { etype: part.key.keytype, value: part.key.keyvalue };
  const plaintext = decrypt(key, keyUsage.tgsReqAuthenticator, cipher.cipher);
  demand(plaintext, badIntegrity, 'the authenticator is of another key');
  const proof = decode(authenticator, plaintext);
  demand(nameOf(proof.cname) === nameOf(part.cname) && proof.crealm === part.crealm, badMatch, 'the client is another');
  demand(Math.abs(proof.ctime - now) <= skew, kdcError.skew, 'the authenticator is of another time');
  const mic = proof.cksum && verifyMic(key, keyUsage.tgsReqChecksum, body, proof.cksum.checksum);
  demand(mic, kdcError.modified, 'the checksum is not that of the body');
  return { part, key, subkey: proof.subkey };
}
function answered(sname: PrincipalName, { services, referrals }: TgsSettings): PrincipalName {
  const name = nameOf(sname);
  if (services.includes(name)) return sname;
  const next = referrals[name];
  demand(next, kdcError.serverUnknown, `service ${name} is not known`);
  return { nameType: 2, nameString: ['krbtgt', next] };
}
/** TGS-REP for the service, or for the next realm. @throws Refusal */
export function tgsReply(bytes: Uint8Array, now: UnixSeconds, settings: TgsSettings): Uint8Array {
  const request = decode(tgsReq, bytes);
  const body = decode(kdcReqBody, request.reqBody);
  const padata = paDataOf(request.padata, paType.tgsReq);
  demand(padata && body.sname, kdcError.preauthRequired, 'there is no PA-TGS-REQ');
  const { part: granting, key, subkey } = opened(padata, request.reqBody, now, settings);
  demand(body.realm === settings.realm, kdcError.wrongRealm, `realm ${body.realm} is not served here`);
  const sname = answered(body.sname, settings);
  const sessionKey = freshKey(settings.sessionEtype ?? body.etype[0] ?? 18);
  const { realm } = settings;
  const endtime = Math.min(body.till, granting.endtime);
  const { crealm, cname, authtime } = granting;
  const plan = settings.lie({
    part: {
      key: { keytype: sessionKey.etype, keyvalue: sessionKey.value },
      lastReq: [{ lrType: 0, lrValue: now }],
      nonce: body.nonce,
      flags: kerberosFlag.preAuthent,
      authtime,
      starttime: now,
      endtime,
      srealm: realm,
      sname,
    },
    crealm,
    cname,
    ticketName: sname,
    usage: subkey ? keyUsage.tgsRepEncPartSubkey : keyUsage.tgsRepEncPartSessionKey,
    etype: subkey?.keytype ?? key.etype,
  });
  const ticketPart: EncTicketPart = {
    flags: plan.part.flags,
    key: plan.part.key,
    crealm: plan.crealm,
    cname: plan.cname,
    transited: { trType: 1, contents: new Uint8Array() },
    authtime,
    starttime: plan.part.starttime,
    endtime: plan.part.endtime,
  };
  const replyKey = subkey ? { etype: subkey.keytype, value: subkey.keyvalue } : key;
  return encode(tgsRep, {
    pvno: 5,
    msgType: 13,
    crealm: plan.crealm,
    cname: plan.cname,
    ticket: sealTicket(realm, plan.ticketName, ticketPart),
    encPart: { etype: plan.etype, cipher: sealed(replyKey, plan.usage, encode(encTgsRepPart, plan.part)) },
  });
}
const part =
  (change: (was: EncKdcRepPart) => Partial<EncKdcRepPart>) =>
  (plan: TgsReplyPlan): TgsReplyPlan => ({ ...plan, part: { ...plan.part, ...change(plan.part) } });
const named = (nameString: string[]) => (plan: TgsReplyPlan) => {
  const sname = { nameType: 2, nameString };
  return { ...part(() => ({ sname }))(plan), ticketName: sname };
};
/** What a ticket-granting service may say that is not so. */
export const tgsLies = {
  none: (plan) => plan,
  'another nonce': part(({ nonce }) => ({ nonce: nonce ^ 1 })),
  'another service': named(['TERMSRV', 'other.corp.example']),
  'another service in the ticket': (plan) => ({ ...plan, ticketName: { nameType: 2, nameString: ['TERMSRV', 'other'] } }),
  'another client': (plan) => ({ ...plan, cname: { nameType: 1, nameString: ['mallory'] } }),
  "another realm of the client's": (plan) => ({ ...plan, crealm: 'OTHER.EXAMPLE' }),
  'another realm': part(() => ({ srealm: 'OTHER.EXAMPLE' })),
  'RC4 for the session': part(() => ({ key: { keytype: 23, keyvalue: new Uint8Array(16) } })),
  'RC4 for the reply': (plan) => ({ ...plan, etype: 23 }),
  'the key usage of an AS-REP': (plan) => ({ ...plan, usage: keyUsage.asRepEncPart }),
  'a ticket that lives longer than asked': part(({ endtime }) => ({ endtime: endtime + 1 })),
  'a ticket that can be forwarded': part(({ flags }) => ({ flags: flags | kerberosFlag.forwardable })),
} as const satisfies Record<string, (plan: TgsReplyPlan) => TgsReplyPlan>;
export type TgsLieName = keyof typeof tgsLies;
