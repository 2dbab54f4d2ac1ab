import { type Codec, decode } from '../wire/codec.ts';
import { ByteReader, DecodeError } from '../wire/cursor.ts';
import { krbErrorMeaning } from './error-code.ts';
import { type KrbError, kerbErrorData } from './krb-error.ts';
import { statusMeaning, statusText } from './status-code.ts';

/** A KDC's refusal as people can use it. */
export interface Refusal {
  readonly code: number;
  readonly name: string;
  /** NTSTATUS or HRESULT that a domain controller gave as the true reason. */
  readonly status?: { readonly value: string; readonly name: string | undefined } | undefined;
  readonly cause: string;
  readonly fix: string;
  /** What the KDC itself says, made harmless. */
  readonly text?: string | undefined;
}
/** KERB_EXT_ERROR, [MS-KILE] 2.2.1: status, reserved, flags. */
const EXTENDED_ERROR = 3;
const MOST_TEXT = 120;

function readable<T>(codec: Codec<T>, bytes: Uint8Array): T | undefined {
  try {
    return decode(codec, bytes);
  } catch (e) {
    if (e instanceof DecodeError) return undefined;
    throw e;
  }
}
/** The NTSTATUS or HRESULT in an error's e-data; nothing of it is authentic. */
export function extendedStatus({ eData }: KrbError): number | undefined {
  const data = eData && readable(kerbErrorData, eData);
  if (data?.dataType !== EXTENDED_ERROR || !data.dataValue || data.dataValue.length < 4) return undefined;
  return new ByteReader(data.dataValue).u32(true) || undefined;
}
/** One line without control characters, cut to what fits in a log. */
const harmless = (text: string) =>
  text
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
    .slice(0, MOST_TEXT);

export function explainRefusal(error: KrbError): Refusal {
  const { errorCode: code, eText = '' } = error;
  const known = krbErrorMeaning(code);
  const value = extendedStatus(error);
  const truth = value === undefined ? undefined : statusMeaning(value);
  const { cause, fix } = truth ??
    known ?? { cause: 'the KDC refuses with a code that no specification names', fix: "look at the KDC's log" };
  return {
    code,
    name: known?.name ?? `error ${code}`,
    status: value === undefined ? undefined : { value: statusText(value), name: truth?.name },
    cause,
    fix,
    text: harmless(eText) || undefined,
  };
}
/** `the certificate is revoked (KDC_ERR_CLIENT_NOT_TRUSTED 62, 0x80092010 CRYPT_E_REVOKED; the KDC says "…")` */
export function refusalSentence({ code, name, status, cause, text }: Refusal): string {
  const truth = status ? `, ${status.value}${status.name === undefined ? '' : ` ${status.name}`}` : '';
  const said = text === undefined ? '' : `; the KDC says "${text}"`;
  return `${cause} (${name} ${code}${truth}${said})`;
}
