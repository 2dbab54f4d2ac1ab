import { krbErrorMeaning } from '../codes/krb-error-code.ts';
import type { Meaning } from '../codes/meaning.ts';
import { place } from '../codes/place.ts';
import { isVague, statusMeaning, statusText } from '../codes/status-code.ts';
import { type ErrorData, readErrorData } from './error-data.ts';
import type { KrbError } from './krb-error.ts';

/** A KDC's refusal as people can use it. */
export interface Refusal {
  readonly code: number;
  readonly name: string;
  /** NTSTATUS or HRESULT that a domain controller gave as the true reason. */
  readonly status?: { readonly value: string; readonly name: string | undefined } | undefined;
  readonly cause: string;
  /** Where the cause is to be seen. */
  readonly look: string;
  readonly fix: string;
  /** What the KDC would have taken instead, one clause. */
  readonly offer?: string | undefined;
  /** What the KDC itself says, made harmless. */
  readonly text?: string | undefined;
}
const GENERIC = 60;
const MOST_TEXT = 120;
const MOST_NAMES = 3;

/** One line without control characters and quotes, cut to what fits in a log. */
const harmless = (text: string): string =>
  Array.from(
    text
      .replace(/[\p{C}\p{Z}]+/gu, ' ')
      .replaceAll('"', "'")
      .trim(),
  )
    .slice(0, MOST_TEXT)
    .join('');
function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return harmless(names.slice(0, MOST_NAMES).join('; ')) + (0 < more ? ` and ${more} more` : '');
}
function offerOf({ trustedCertifiers, invalidCertificates, groups, digests }: ErrorData): string | undefined {
  if (trustedCertifiers.length > 0) return `the KDC trusts ${listed(trustedCertifiers)}`;
  if (invalidCertificates.length > 0) return `the KDC cannot use ${listed(invalidCertificates)}`;
  const taken = groups.length > 0 ? groups : digests;
  return taken.length > 0 ? `the KDC takes ${listed(taken)}` : undefined;
}
const unknown = {
  cause: 'the KDC refuses with a code that no specification names',
  look: place.kdcLog,
  fix: "look at the KDC's log",
};
/** The status is the better reason, unless it says no more than that something failed. */
function reasonOf(code: number, status: number | undefined): Omit<Meaning, 'name'> {
  const byCode = krbErrorMeaning(code);
  const byStatus = status === undefined ? undefined : statusMeaning(status);
  const isBetter = byStatus && !(status !== undefined && isVague(status) && byCode && code !== GENERIC);
  return (isBetter ? byStatus : byCode) ?? unknown;
}
/** Never throws, whatever the KDC has put into the error. */
export function explainRefusal(error: KrbError): Refusal {
  const { errorCode: code, eText = '' } = error;
  const data = readErrorData(error);
  const { status } = data;
  const { cause, look, fix } = reasonOf(code, status);
  return {
    code,
    name: krbErrorMeaning(code)?.name ?? `error ${code}`,
    status: status === undefined ? undefined : { value: statusText(status), name: statusMeaning(status)?.name },
    cause,
    look,
    fix,
    offer: offerOf(data),
    text: harmless(eText) || undefined,
  };
}
/** `the certificate is revoked (KDC_ERR_CLIENT_NOT_TRUSTED 62, 0x80092010 CRYPT_E_REVOKED; the KDC says "…")` */
export function refusalSentence({ code, name, status, cause, offer, text }: Refusal): string {
  const numbered = krbErrorMeaning(code) ? `${name} ${code}` : name;
  const truth = status ? `, ${status.value}${status.name === undefined ? '' : ` ${status.name}`}` : '';
  const offered = offer === undefined ? '' : `; ${offer}`;
  const said = text === undefined ? '' : `; the KDC says "${text}"`;
  return `${cause} (${numbered}${truth}${offered}${said})`;
}
