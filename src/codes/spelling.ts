import { type CodeKind, kinds } from './entry.ts';

/** What a code may be, as somebody spelled it: a number, of one kind or of any; or a name. */
export interface Reading {
  readonly kinds: readonly CodeKind[];
  /** Of an event. */
  readonly source?: RegExp;
  /** Every number that the digits may stand for, unsigned. */
  readonly numbers: readonly number[];
  /** As `comparableName` has it. */
  readonly name?: string;
}
/** Room for the whole text of a Windows event. */
export const MOST_SPELLED = 4000;
const everyKind = Object.keys(kinds) as CodeKind[];

/** Words that say whose number it is. */
const words: readonly (readonly [word: RegExp, kinds: readonly CodeKind[], source?: RegExp])[] = [
  [/^(?:windows )?event(?: ?id)?$/, ['event']],
  [/^(?:kdcsvc|kerberos-key-distribution-center)(?: event)?$/, ['event'], /^Kdcsvc$/],
  [/^(?:security-kerberos)(?: event)?$/, ['event'], /^Security-Kerberos$/],
  [/^capi2(?: event)?$/, ['event'], /^CAPI2$/],
  [/^security(?: event)?$/, ['event'], /^Security$/],
  [/^(?:krb|krb5|krb-error|kerberos|kdc)(?: error)?$/, ['krb-error']],
  [/^(?:nt ?status|status|sub ?status)$/, ['ntstatus', 'hresult', 'scard']],
  [/^hresult$/, ['hresult', 'scard', 'ntstatus']],
  [/^scard$/, ['scard']],
  [/^(?:sw|status word)$/, ['status-word']],
  [/^(?:errinfo|error info|set error info|extended error code)$/, ['error-info']],
  [/^ldap(?: error| result)?$/, ['ldap']],
  [/^data$/, ['bind']],
  [/^(?:negotiation|negotiation failure|rdp_neg_failure)$/, ['negotiation']],
  [/^failure code$/, ['krb-error', 'ntstatus']],
  [/^(?:error|code|(?:result|error) code)$/, everyKind],
];

/** Where MIT's and Heimdal's libraries begin to count KRB-ERROR codes: ERROR_TABLE_BASE_krb5. */
const KRB5_LIBRARY = -1_765_328_384;
const MOST_KRB_ERROR = 127;
const UNSIGNED = 0x1_0000_0000n;

function decimal(digits: string): number[] {
  const value = Number(digits);
  if (!Number.isSafeInteger(value)) return [];
  if (0 <= value) return value < Number(UNSIGNED) ? [value] : [];
  const ofLibrary = value - KRB5_LIBRARY;
  if (0 <= ofLibrary && ofLibrary <= MOST_KRB_ERROR) return [ofLibrary];
  return -0x8000_0000 <= value ? [value >>> 0] : [];
}
/** Of 32 bits, or of 64 where the upper ones are nothing but the sign. */
function hexadecimal(digits: string): number[] {
  const value = BigInt(`0x${digits}`);
  if (value < UNSIGNED) return [Number(value)];
  const isSign = digits.length === 16 && value >> 32n === UNSIGNED - 1n && (value & 0x8000_0000n) !== 0n;
  return isSign ? [Number(value & (UNSIGNED - 1n))] : [];
}
/** Bare digits are decimal; four, eight or a letter among them, and they may be hexadecimal without its mark. */
function numbersOf(text: string): number[] {
  const marked = /^0x([0-9a-f]{1,16})$/.exec(text) ?? /^([0-9a-f]{1,8})h$/.exec(text);
  if (marked?.[1] !== undefined) return hexadecimal(marked[1]);
  if (/^[+-]?\d{1,16}$/.test(text)) {
    const isEither = /^(?:\d{4}|\d{8})$/.test(text);
    return [...new Set([...decimal(text), ...(isEither ? hexadecimal(text) : [])])];
  }
  return /^(?=.*\d)[0-9a-f]{2,8}$/.test(text) ? hexadecimal(text) : [];
}

/** Quotes, brackets, stops and the like around it are no part of what was meant; of space, one is as good as many. */
export const comparable = (text: string): string =>
  text
    .slice(0, MOST_SPELLED)
    .normalize('NFKC')
    .replace(/[\u2018\u2019\u02bc]/g, "'")
    .replace(/\s+/g, ' ')
    .replace(/^[\s"'`\u201c\u201d\u201e\u00ab\u00bb([{<]+|[\s"'`\u201c\u201d\u201e\u00ab\u00bb)\]}>.,;:!?\u2026]+$/g, '')
    .toLowerCase();
/** Names are one whatever their prefix, case and dashes: `KDC_ERR_SKEW`, `krb5krb-ap-err-skew`, `AP_ERR_SKEW`. */
export const comparableName = (text: string): string => comparable(text).replace(/[\s-]+/g, '_');
const prefixes =
  /^(?:krb5kdc_err_|krb5krb_ap_err_|krb5krb_err_|kdc_err_|krb_ap_err_|krb_ap_|krb_err_|ap_err_|errinfo_|status_|scard_[ewfps]_|scard_|(?:sec|crypt|cert|trust)_e_|nte_|error_)/;
/** The name without what says whose it is. */
export const bareName = (name: string): string => name.replace(prefixes, '');

/** Never throws, whatever is spelled. */
export function readSpelling(text: string): Reading {
  const whole = comparable(text);
  const numbers = numbersOf(whole);
  if (numbers.length > 0) return { kinds: everyKind, numbers, name: comparableName(whole) };
  const [, word = '', digits = ''] = /^([a-z][a-z0-9_ -]*?)[\s:=#]+([+-]?[0-9a-fx]+)$/.exec(whole) ?? [];
  const [, among, source] = words.find(([pattern]) => pattern.test(word)) ?? [];
  if (among) return { kinds: among, numbers: numbersOf(digits), ...(source ? { source } : {}) };
  return { kinds: everyKind, numbers: [], name: comparableName(whole) };
}
