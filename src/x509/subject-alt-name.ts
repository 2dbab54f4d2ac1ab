import { decode, type Value } from '../wire/codec.ts';
import { any, choice, context, implicit, octetString, raw, sequence, sequenceOf } from '../wire/der.ts';
import { objectIdentifier } from '../wire/der-primitives.ts';
import { ia5String, utf8String } from '../wire/der-strings.ts';
import { krb5PrincipalName } from './krb5-principal-name.ts';
import { oid } from './oid.ts';

const otherName = implicit(0, sequence({ typeId: objectIdentifier, value: context(0, any) }));
/** GeneralName, RFC 5280 4.2.1.6. */
export const generalName = choice({
  otherName,
  rfc822Name: implicit(1, ia5String),
  dNSName: implicit(2, ia5String),
  x400Address: raw(0xa3),
  directoryName: context(4, sequenceOf(raw(0x31), 64)),
  ediPartyName: raw(0xa5),
  uniformResourceIdentifier: implicit(6, ia5String),
  iPAddress: implicit(7, octetString),
  registeredID: implicit(8, objectIdentifier),
});
export type GeneralName = Value<typeof generalName>;

/** The names that say who the holder is. */
export interface SubjectAltName {
  readonly all: readonly GeneralName[];
  readonly dNSNames: readonly string[];
  readonly uris: readonly string[];
  /** szOID_NT_PRINCIPAL_NAME: `user@suffix`. */
  readonly userPrincipalNames: readonly string[];
  /** id-pkinit-san. */
  readonly principals: readonly { readonly realm: string; readonly nameType: number; readonly nameString: readonly string[] }[];
}
const others = (names: readonly GeneralName[], typeId: string) =>
  names.flatMap((n) => (n.kind === 'otherName' && n.value.typeId === typeId ? [n.value.value] : []));

/** Reads SubjectAltName; without the extension there are no names. @throws DecodeError */
export function readSubjectAltName(value: Uint8Array | undefined): SubjectAltName {
  const all = value ? decode(sequenceOf(generalName, 256), value) : [];
  return {
    all,
    dNSNames: all.flatMap((n) => (n.kind === 'dNSName' ? [n.value] : [])),
    uris: all.flatMap((n) => (n.kind === 'uniformResourceIdentifier' ? [n.value] : [])),
    userPrincipalNames: others(all, oid.ntPrincipalName).map((name) => decode(utf8String, name)),
    principals: others(all, oid.pkinitSan).map((name) => {
      const { realm, principalName } = decode(krb5PrincipalName, name);
      return { realm, ...principalName };
    }),
  };
}
const toLower = (name: string) => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase()).replace(/\.$/, '');

/**
 * Whether a dNSName stands for this host. ASCII letters without case; `*` only as the whole left-most label of three or more
 * (RFC 6125 6.4.3), and never in a certificate of a KDC (`wildcards: false`).
 */
export function dNSNameMatches(dNSName: string, host: string, { wildcards }: { readonly wildcards: boolean }): boolean {
  const name = toLower(dNSName);
  const wanted = toLower(host);
  if (!/^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/.test(wanted)) return false;
  if (name === wanted) return true;
  if (!wildcards || !/^\*\.[^*.]+\.[^*]+$/.test(name)) return false;
  const dot = wanted.indexOf('.');
  return 0 < dot && wanted.slice(dot) === name.slice(1);
}
