import { brokerErrors, type ErrorInfoRow, licenseErrors, sessionErrors } from './error-info.ts';
import { protocolErrors } from './protocol-error-info.ts';
import { record, trailing, u32 } from './record.ts';

/** Set Error Info PDU Data, [MS-RDPBCGR] 2.2.5.1.1: why the connection is about to end. Only a client that asked is told. */
export const setErrorInfo = record({ errorInfo: u32, trailing });

/** ERRINFO_NONE is not an error: nothing has gone wrong so far. */
export const ERRINFO_NONE = 0;
/** Whose fault it is, in the classes of the clause. */
export type ErrorInfoClass = 'none' | 'session' | 'license' | 'broker' | 'protocol' | 'unknown';
export interface ErrorInfo {
  readonly code: number;
  readonly name: string;
  readonly class: ErrorInfoClass;
  /** One clause for people. */
  readonly sentence: string;
}
const classes: readonly (readonly [ErrorInfoClass, readonly ErrorInfoRow[]])[] = [
  ['session', sessionErrors],
  ['license', licenseErrors],
  ['broker', brokerErrors],
  ['protocol', protocolErrors],
];
const known: ReadonlyMap<number, ErrorInfo> = new Map(
  classes.flatMap(([kind, rows]) =>
    rows.map(([code, name, sentence]) => [code, { code, name: `ERRINFO_${name}`, class: kind, sentence }] as const),
  ),
);
export function errorInfo(code: number): ErrorInfo {
  if (code === ERRINFO_NONE) return { code, name: 'ERRINFO_NONE', class: 'none', sentence: 'nothing has gone wrong' };
  const name = `0x${code.toString(16).padStart(8, '0').toUpperCase()}`;
  return known.get(code) ?? { code, name, class: 'unknown', sentence: `the host gave the reason ${name}, unknown here` };
}
/** All codes of the clause, for whoever shows them. */
export const errorInfoCodes: readonly number[] = [...known.keys()];
