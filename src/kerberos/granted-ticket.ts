import { encryptionType } from '../crypto/encryption-type.ts';
import { secretCopy } from '../crypto/secret-octets.ts';
import { decode } from '../wire/codec.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import type { Credential } from './credential.ts';
import { anyEncKdcRepPart, type EncKdcRepPart, type KdcRep, ticket } from './kdc-reply.ts';
import { kerberosFlag } from './kerberos-primitives.ts';
import {
  isSameName,
  type Principal,
  type PrincipalName,
  principalText,
  shownRealm,
  ticketGrantingService,
} from './principal-name.ts';

/** What a reply must fit. */
interface Asked {
  readonly nonce: number;
  /** The realm whose KDC was asked. */
  readonly realm: string;
  /** The KDC's time. */
  readonly time: UnixSeconds;
  readonly till: UnixSeconds;
  readonly encryptionTypes: readonly number[];
}
export interface AskedService extends Asked {
  readonly client: Principal;
  readonly service: PrincipalName;
}
/** Whatever two clocks may differ by, RFC 4120 1.6. */
const CLOCK_SKEW = 300;
const unasked = kerberosFlag.forwardable | kerberosFlag.proxiable | kerberosFlag.renewable;

const refuse = (message: string) => new MayflyError('kdc-reply', message);
/** Realm names are told apart by case (RFC 4120 6.1), except by Active Directory, which answers in its own. */
const isSameRealm = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** The part that only the KDC can have written; the name in clear on the ticket must be the same. */
function readPart(reply: KdcRep, plaintext: Uint8Array, { nonce, encryptionTypes }: Asked): EncKdcRepPart {
  const { value: part } = decode(anyEncKdcRepPart, plaintext);
  if (part.nonce !== nonce) throw new MayflyError('kdc-nonce', 'the KDC answered another request');
  const inClear = decode(ticket, reply.ticket);
  if (inClear.realm !== part.srealm || !isSameName(inClear.sname, part.sname))
    throw refuse("the KDC's ticket is for another service than the KDC says");
  const { keytype, keyvalue } = part.key;
  if (!encryptionTypes.includes(keytype) || encryptionType(keytype)?.keyLength !== keyvalue.length)
    throw new MayflyError(
      'kdc-encryption-type',
      `the KDC made a session key of type ${keytype}, which is broken or was not offered`,
    );
  return part;
}
function checkTimes(part: EncKdcRepPart, { time, till }: Asked): void {
  const { authtime, starttime = authtime, endtime } = part;
  if (time + CLOCK_SKEW < starttime) throw refuse("the KDC's ticket is not valid yet");
  if (endtime <= time) throw refuse("the KDC's ticket has ended already");
  if (till < endtime || part.renewTill !== undefined) throw refuse("the KDC's ticket outlives what was asked for");
  if (part.flags & unasked) throw refuse("the KDC's ticket may be forwarded, proxied or renewed, which was not asked for");
}
/** @returns with the session key copied out of what the caller wipes */
function credentialOf(client: Principal, reply: KdcRep, part: EncKdcRepPart): Credential {
  return {
    client,
    server: { realm: part.srealm, name: part.sname },
    key: { etype: part.key.keytype, value: secretCopy(part.key.keyvalue) },
    ticket: reply.ticket,
    flags: part.flags,
    authTime: part.authtime,
    startTime: part.starttime ?? part.authtime,
    endTime: part.endtime,
    renewTill: part.renewTill,
  };
}
/**
 * The ticket-granting ticket of a decrypted AS-REP, RFC 4120 3.1.5. The client's name is the KDC's to make canonical (RFC 6806 6).
 * @param plaintext EncASRepPart, DER
 * @throws MayflyError `kdc-nonce`, `kdc-reply`, `kdc-encryption-type`
 */
export function grantedTicket(reply: KdcRep, plaintext: Uint8Array, asked: Asked): Credential {
  const part = readPart(reply, plaintext, asked);
  const { crealm: realm, cname } = reply;
  if (!isSameRealm(realm, asked.realm)) throw refuse(`the KDC answered for realm ${shownRealm(realm)}`);
  const service = ticketGrantingService(realm);
  if (part.srealm !== realm || !isSameName(part.sname, service))
    throw refuse(`the KDC granted another ticket than ${principalText({ realm, name: service })}`);
  checkTimes(part, asked);
  return credentialOf({ realm, name: cname }, reply, part);
}
/**
 * The ticket of a decrypted TGS-REP, RFC 4120 3.3.4: for the service, or for the ticket-granting service of a realm nearer to it.
 * @param plaintext EncTGSRepPart, DER
 * @throws MayflyError `kdc-nonce`, `kdc-reply`, `kdc-encryption-type`
 */
export function grantedService(reply: KdcRep, plaintext: Uint8Array, asked: AskedService): Credential {
  const part = readPart(reply, plaintext, asked);
  const { client, service, realm } = asked;
  if (reply.crealm !== client.realm || !isSameName(reply.cname, client.name))
    throw refuse('the KDC granted the ticket to another client');
  const [first, next, ...more] = part.sname.nameString;
  const isReferral = first === 'krbtgt' && next !== undefined && next !== realm && more.length === 0;
  if (part.srealm !== realm || !(isSameName(part.sname, service) || isReferral))
    throw refuse(`the KDC granted another ticket than ${principalText({ realm, name: service })}`);
  checkTimes(part, asked);
  return credentialOf(client, reply, part);
}
