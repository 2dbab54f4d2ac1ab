import { decode } from '../wire/codec.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import type { Credential } from './credential.ts';
import { anyEncKdcRepPart, type EncKdcRepPart, type KdcRep, ticket } from './kdc-reply.ts';
import { kerberosFlag } from './kerberos-primitives.ts';
import { isSameName, type Principal, type PrincipalName, principalText, ticketGrantingService } from './principal-name.ts';

/** What the reply must fit. */
export interface AskedTicket {
  readonly client: PrincipalName;
  readonly realm: string;
  readonly nonce: number;
  /** The KDC's time. */
  readonly time: UnixSeconds;
  readonly till: UnixSeconds;
  readonly encryptionTypes: readonly number[];
}
/** Whatever two clocks may differ by, RFC 4120 1.6. */
export const CLOCK_SKEW = 300;
const unasked = kerberosFlag.forwardable | kerberosFlag.proxiable | kerberosFlag.renewable;

const refuse = (message: string) => new MayflyError('kdc-reply', message);
/** Realm names are told apart by case (RFC 4120 6.1), except by Active Directory, which answers in its own. */
const isSameRealm = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

function checkNames(reply: KdcRep, part: EncKdcRepPart, asked: AskedTicket): Principal {
  const { crealm: realm, cname } = reply;
  if (!isSameRealm(realm, asked.realm)) throw refuse(`the KDC answered for realm ${JSON.stringify(realm)}`);
  const service = ticketGrantingService(realm);
  const inClear = decode(ticket, reply.ticket);
  const tickets =
    [part.srealm, inClear.realm].every((r) => r === realm) && [part.sname, inClear.sname].every((n) => isSameName(n, service));
  if (!tickets) throw refuse(`the KDC granted another ticket than ${principalText({ realm, name: service })}`);
  return { realm, name: cname };
}
function checkTimes(part: EncKdcRepPart, { time, till }: AskedTicket): void {
  const { authtime, starttime = authtime, endtime } = part;
  if (time + CLOCK_SKEW < starttime) throw refuse("the KDC's ticket is not valid yet");
  if (endtime <= time) throw refuse("the KDC's ticket has ended already");
  if (till < endtime || part.renewTill !== undefined) throw refuse("the KDC's ticket outlives what was asked for");
  if (part.flags & unasked) throw refuse("the KDC's ticket may be forwarded, proxied or renewed, which was not asked for");
}
/**
 * The ticket-granting ticket of a decrypted AS-REP, RFC 4120 3.1.5. The name of the client is the KDC's to make canonical (RFC 6806 6).
 * @param plaintext EncASRepPart, DER; the session key is copied out of it
 * @throws MayflyError `kdc-nonce`, `kdc-reply`, `kdc-encryption-type`
 */
export function grantedTicket(reply: KdcRep, plaintext: Uint8Array, asked: AskedTicket): Credential {
  const { value: part } = decode(anyEncKdcRepPart, plaintext);
  if (part.nonce !== asked.nonce) throw new MayflyError('kdc-nonce', 'the KDC answered another request');
  const client = checkNames(reply, part, asked);
  checkTimes(part, asked);
  const { keytype: etype, keyvalue } = part.key;
  if (!asked.encryptionTypes.includes(etype))
    throw new MayflyError('kdc-encryption-type', `the KDC made a session key of type ${etype}, which was not offered`);
  return {
    client,
    server: { realm: client.realm, name: part.sname },
    key: { etype, value: keyvalue.slice() },
    ticket: reply.ticket,
    flags: part.flags,
    authTime: part.authtime,
    startTime: part.starttime ?? part.authtime,
    endTime: part.endtime,
    renewTill: part.renewTill,
  };
}
