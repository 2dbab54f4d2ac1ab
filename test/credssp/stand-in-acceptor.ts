import type { AcceptedTicket } from '../../src/credssp/accept-credssp.ts';
import { SecurityContext } from '../../src/credssp/security-context.ts';
import { decrypt, type EncryptionKey } from '../../src/crypto/encrypted-data.ts';
import { apRep, apReq, authenticator, encApRepPart } from '../../src/kerberos/application-messages.ts';
import type { Credential } from '../../src/kerberos/credential.ts';
import { ticket } from '../../src/kerberos/kdc-reply.ts';
import { messageType } from '../../src/kerberos/kdc-request.ts';
import { keyUsage } from '../../src/kerberos/key-usage.ts';
import { terminalService } from '../../src/kerberos/principal-name.ts';
import { decode, encode, type Value } from '../../src/wire/codec.ts';
import { encTicketPart, freshKey, random, sealed } from '../kerberos/stand-in-ticket.ts';

const realm = 'CORP.TEST';
export const HOST_NAME = 'desk1.corp.test';
const client = { realm, name: { nameType: 1, nameString: ['alice'] } };
const service = { realm, name: terminalService(HOST_NAME) };

/** A ticket for the host as its KDC would make it. */
/** @param padding octets of authorization data, as a PAC has them */
export function ticketFor(hostKey: EncryptionKey, now: number, etype = hostKey.etype, padding = 0): Credential {
  const key = freshKey(etype);
  const times = { authtime: now - 5, starttime: now - 5, endtime: now + 600 };
  const part = {
    flags: 0x0020_0000,
    key: { keytype: key.etype, keyvalue: key.value },
    crealm: realm,
    cname: client.name,
    transited: { trType: 1, contents: new Uint8Array() },
    ...times,
    authorizationData: padding === 0 ? undefined : [{ adType: 128, adData: random(padding) }],
  };
  const cipher = sealed(hostKey, keyUsage.ticket, encode(encTicketPart, part));
  const der = encode(ticket, { tktVno: 5, realm, sname: service.name, encPart: { etype: hostKey.etype, kvno: 2, cipher } });
  const lifetime = { authTime: times.authtime, startTime: times.starttime, endTime: times.endtime, renewTill: undefined };
  return { client, server: service, key, ticket: der, flags: part.flags, ...lifetime };
}
export interface AcceptorHabits {
  /** A key of the acceptor's own, as Windows has one; of another type than the ticket's where one is given. */
  readonly subkey?: boolean | number;
  /** Where its sequence begins; 0 is left out of the AP-REP. */
  readonly sequenceNumber?: number;
  /** Told the key of the context, for tokens that no honest host makes. */
  readonly established?: (key: EncryptionKey) => void;
  /** Changes what the AP-REP says. */
  readonly answer?: (usual: EncApRepPart) => EncApRepPart;
}
type EncApRepPart = Value<typeof encApRepPart>;
function opened<T>(key: EncryptionKey, usage: number, cipher: Uint8Array, read: (plaintext: Uint8Array) => T): T {
  const plaintext = decrypt(key, usage, cipher);
  if (!plaintext) throw new Error('not under this key');
  return read(plaintext);
}
/** Takes tickets with the host's key, RFC 4120 3.2.3, as far as a test needs it. */
export const acceptWith =
  (
    hostKey: EncryptionKey,
    { subkey = true, sequenceNumber = 77, established, answer: change = (usual) => usual }: AcceptorHabits = {},
  ) =>
  (bytes: Uint8Array): AcceptedTicket => {
    const request = decode(apReq, bytes);
    const part = opened(hostKey, keyUsage.ticket, decode(ticket, request.ticket).encPart.cipher, (plaintext) =>
      decode(encTicketPart, plaintext),
    );
    const sessionKey = { etype: part.key.keytype, value: part.key.keyvalue };
    const proof = opened(sessionKey, keyUsage.apReqAuthenticator, request.authenticator.cipher, (plaintext) =>
      decode(authenticator, plaintext),
    );
    const own = subkey === false ? undefined : freshKey(typeof subkey === 'number' ? subkey : sessionKey.etype);
    const answer = {
      ctime: proof.ctime,
      cusec: proof.cusec,
      subkey: own && { keytype: own.etype, keyvalue: own.value },
      seqNumber: sequenceNumber === 0 ? undefined : sequenceNumber,
    };
    const cipher = sealed(sessionKey, keyUsage.apRepEncPart, encode(encApRepPart, change(answer)));
    const theirs = proof.subkey ? { etype: proof.subkey.keytype, value: proof.subkey.keyvalue } : sessionKey;
    established?.({ ...(own ?? theirs), value: (own ?? theirs).value.slice() });
    const context = new SecurityContext({
      key: own ?? theirs,
      acceptor: true,
      acceptorSubkey: own !== undefined,
      ownSequence: sequenceNumber,
      peerSequence: proof.seqNumber ?? 0,
    });
    const reply = encode(apRep, { pvno: 5, msgType: messageType.apRep, encPart: { etype: sessionKey.etype, cipher } });
    return { reply, context, client: `${proof.cname.nameString.join('/')}@${proof.crealm}` };
  };
/** Nobody knows it but the host and its KDC. */
export const hostKeyOf = (etype = 18): EncryptionKey => ({ etype, value: random(freshKey(etype).value.length) });
