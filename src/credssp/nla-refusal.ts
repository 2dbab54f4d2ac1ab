import { statusMeaning, statusText } from '../codes/status-code.ts';
import { DecodeError } from '../wire/cursor.ts';
import { MayflyError } from '../wire/mayfly-error.ts';

/** Where Network Level Authentication failed: who has to look where. */
export type NlaPlace =
  /** No ticket-granting ticket. */
  | 'kdc'
  /** No ticket for the host, or the host does not take it. */
  | 'ticket'
  /** The host wants something else than Kerberos, or does not prove itself. */
  | 'spnego'
  /** The host does not vouch for the key that we see: somebody is in the middle. */
  | 'server-key'
  /** The host has the credentials and does not take them. */
  | 'credentials'
  /** The host takes the credentials, and does not let the account in. */
  | 'host';
export interface NlaRefusal {
  readonly kind: 'refused';
  readonly place: NlaPlace;
  readonly name: string;
  /** One clause for people; and what to do about it. */
  readonly sentence: string;
  readonly fix?: string | undefined;
  /** NTSTATUS or HRESULT, as the host gave it. */
  readonly status?: number | undefined;
  readonly cause?: unknown;
}
export const refusal = (place: NlaPlace, name: string, sentence: string, fix?: string): NlaRefusal => ({
  kind: 'refused',
  place,
  name,
  sentence,
  fix,
});

/** What a status means when CredSSP gives it, where that is another thing than at a logon. */
const inCredSsp: ReadonlyMap<number, { readonly cause: string; readonly fix: string }> = new Map([
  [
    0xc00000bb,
    {
      cause: 'the host does not support this version or kind of CredSSP',
      fix: 'look at the policies Encryption Oracle Remediation and Restrict delegation of credentials of the host',
    },
  ],
]);
const unknownStatus = {
  cause: 'it gives a status that is in no table here',
  fix: "look it up in [MS-ERREF], and look at the host's Security log at that time (event 4625)",
};
/** errorCode of a TSRequest, [MS-CSSP] 2.2.1: it ends the exchange, and proves nothing. */
export function refusedWithStatus(place: NlaPlace, status: number): NlaRefusal {
  const known = statusMeaning(status);
  const { cause, fix } = inCredSsp.get(status) ?? known ?? unknownStatus;
  const value = statusText(status);
  const shown = known ? `${known.name} ${value}` : value;
  return { ...refusal(place, known?.name ?? value, `the host refuses: ${cause} (${shown})`, fix), status };
}

const closed: Readonly<Record<NlaPlace, readonly [sentence: string, fix: string]>> = {
  kdc: ['the host did not wait for the ticket', 'look at how long the KDC takes'],
  ticket: ['the host did not wait for the ticket', 'look at how long the KDC takes'],
  spnego: [
    'the host broke off while the ticket was shown to it, and does not say why',
    "look at the host's Security log (event 4625); compare its clock, and check that only its own account has the service principal name",
  ],
  'server-key': [
    "the host broke off over the key of its certificate: it is not the host's own",
    'find out what stands between: a proxy that ends TLS breaks NLA',
  ],
  credentials: [
    'the host broke off when it had the credentials, and does not say why',
    "look at the host's Security log (event 4625) and at its policy against the delegation of credentials",
  ],
  host: ['the host broke off instead of letting the account in', 'check that the account may log on by Remote Desktop'],
};
const breach: Readonly<Partial<Record<string, { readonly name: string; readonly fix: string }>>> = {
  decode: { name: 'MALFORMED_MESSAGE', fix: 'check that the address is that of a Remote Desktop host' },
  'service-unproven': {
    name: 'SERVICE_UNPROVEN',
    fix: 'whoever answered does not have the key of the host: check address and service principal name',
  },
  'credssp-unproven': { name: 'TOKEN_UNPROVEN', fix: 'somebody changes what the host says, or it is no Windows host' },
  'credssp-server-key': { name: 'SERVER_KEY_MISMATCH', fix: 'find out what stands between: a proxy that ends TLS breaks NLA' },
  'credssp-protocol': { name: 'PROTOCOL_VIOLATION', fix: 'check that the address is that of a Remote Desktop host' },
};
/** What was thrown, as a refusal where it was the peer's doing; others are thrown on. */
export function refusedBecause(thrown: unknown, place: NlaPlace): NlaRefusal {
  if (!(thrown instanceof MayflyError)) throw thrown;
  const { code, message } = thrown;
  if (/-(?:closed|timeout)$/.test(code)) {
    const [sentence, fix] = closed[place];
    return { ...refusal(place, code.endsWith('closed') ? 'CLOSED' : 'TIMEOUT', sentence, fix), cause: thrown };
  }
  const known = breach[code];
  if (!known) throw thrown;
  const sentence = thrown instanceof DecodeError ? `what the host says cannot be read: ${message}` : message;
  return { ...refusal(place, known.name, sentence, known.fix), cause: thrown };
}
