import type { Meaning } from './meaning.ts';

/** Whose code it is. */
export const kinds = {
  'krb-error': 'KRB-ERROR',
  ntstatus: 'NTSTATUS',
  hresult: 'HRESULT',
  scard: 'SCARD',
  event: 'Windows event',
  screen: 'logon screen',
  ldap: 'LDAP result',
  bind: 'LDAP bind, data',
  'status-word': 'status word',
  'error-info': 'Set Error Info',
  negotiation: 'RDP negotiation failure',
  mayfly: 'Mayfly',
} as const;
export type CodeKind = keyof typeof kinds;

/** One code that somebody may ask about. */
export interface Entry extends Meaning {
  readonly kind: CodeKind;
  /** Unsigned, where it is a number. */
  readonly number?: number;
  /** Of an event: who wrote it. */
  readonly source?: string;
}
const hexadecimal = (number: number): string => `0x${number.toString(16).toUpperCase()}`;
const isHexadecimal: readonly CodeKind[] = ['ntstatus', 'hresult', 'scard', 'status-word', 'bind'];
const asWritten = ({ kind, number }: Entry): string => {
  if (number === undefined || kind === 'event') return '';
  if (!isHexadecimal.includes(kind)) return ` ${number} (${hexadecimal(number)})`;
  return ` ${hexadecimal(number)}`;
};
/** `KDC_ERR_CLIENT_NOT_TRUSTED, KRB-ERROR 62 (0x3E)` */
export const entryTitle = (entry: Entry): string => `${entry.name}, ${kinds[entry.kind]}${asWritten(entry)}`;
