import { createHash, randomBytes } from 'node:crypto';
import { decrypt, type EncryptionKey, encrypt } from '../../src/crypto/encrypted-data.ts';
import { encryptionType } from '../../src/crypto/encryption-type.ts';
import { ticket } from '../../src/kerberos/kdc-reply.ts';
import { authorizationData, encryptionKey, kerberosFlags } from '../../src/kerberos/kerberos-primitives.ts';
import { keyUsage } from '../../src/kerberos/key-usage.ts';
import type { PrincipalName } from '../../src/kerberos/principal-name.ts';
import { decode, encode, type Value } from '../../src/wire/codec.ts';
import { application, context, octetString, optional, sequence } from '../../src/wire/der.ts';
import { int32 } from '../../src/wire/der-primitives.ts';
import { generalString } from '../../src/wire/der-strings.ts';
import { generalizedTime } from '../../src/wire/der-time.ts';
import { principalName } from '../../src/x509/krb5-principal-name.ts';

/** EncTicketPart, RFC 4120 5.3. */
export const encTicketPart = application(
  3,
  sequence({
    flags: context(0, kerberosFlags),
    key: context(1, encryptionKey),
    crealm: context(2, generalString),
    cname: context(3, principalName),
    transited: context(4, sequence({ trType: context(0, int32), contents: context(1, octetString) })),
    authtime: context(5, generalizedTime),
    starttime: optional(context(6, generalizedTime)),
    endtime: context(7, generalizedTime),
    renewTill: optional(context(8, generalizedTime)),
    authorizationData: optional(context(10, authorizationData)),
  }),
);
export type EncTicketPart = Value<typeof encTicketPart>;

export const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
export const freshKey = (etype: number): EncryptionKey => ({ etype, value: random(encryptionType(etype)?.keyLength ?? 16) });

/** The long-term key of a service, the same for all stand-ins: realms share the keys of their ticket-granting services. */
export function serviceKey(realm: string, name: PrincipalName, etype = 18): EncryptionKey {
  const [service, instance] = name.nameString;
  // krbtgt/NEXT@REALM is known to both; krbtgt/REALM@REALM to one.
  const key = createHash('sha512')
    .update(`${realm}|${service ?? ''}|${instance ?? ''}|${etype}`)
    .digest();
  return { etype, value: new Uint8Array(key.subarray(0, encryptionType(etype)?.keyLength)) };
}
/** EncryptedData's octets, with a fresh confounder. */
export const sealed = (key: EncryptionKey, usage: number, plaintext: Uint8Array): Uint8Array =>
  encrypt(key, usage, plaintext, random(16));

/** A ticket of `realm` for one of its services, as the service would open it. */
export function sealTicket(realm: string, sname: PrincipalName, part: EncTicketPart): Uint8Array {
  const key = serviceKey(realm, sname);
  const cipher = sealed(key, keyUsage.ticket, encode(encTicketPart, part));
  return encode(ticket, { tktVno: 5, realm, sname, encPart: { etype: key.etype, kvno: 2, cipher } });
}
/** What a ticket says, for who holds the service's key; `undefined` where it is not of that key. */
export function openTicket(der: Uint8Array): { realm: string; sname: PrincipalName; part: EncTicketPart } | undefined {
  const { realm, sname, encPart } = decode(ticket, der);
  const plaintext = decrypt(serviceKey(realm, sname, encPart.etype), keyUsage.ticket, encPart.cipher);
  return plaintext && { realm, sname, part: decode(encTicketPart, plaintext) };
}
