import { type DisconnectReason, disconnectReason } from './disconnect-reason.ts';
import type { LogonError } from './logon-error.ts';
import type { ErrorInfo } from './set-error-info.ts';

/** Why a session does not come about, or does not go on. */
export type SessionRefusalCode =
  /** winlogon refused, or waits for a person. */
  | 'logon-error'
  /** The host gave a reason and will close. */
  | 'error-info'
  | 'license-error'
  /** The host wants the long exchange of [MS-RDPELE]. */
  | 'license-exchange'
  /** MCS Disconnect Provider Ultimatum, without a better reason before it. */
  | 'disconnected'
  /** A PDU that has to be read was compressed, which nobody agreed to. */
  | 'compressed'
  | 'malformed'
  /** A PDU that has no place where it came. */
  | 'unexpected'
  /** More than is taken before the session is active. */
  | 'too-much'
  /** A static channel that the session cannot do without. */
  | 'channel-denied'
  /** The host does not want the card: a policy of its, or no service there that would take it. */
  | 'device-refused';
export interface SessionRefusal {
  readonly code: SessionRefusalCode;
  /** The other side's own name for it, where it has one. */
  readonly name: string;
  /** One clause for people. */
  readonly sentence: string;
}
export const refusal = (code: SessionRefusalCode, sentence: string, name: string = code): SessionRefusal => ({
  code,
  name,
  sentence,
});
/** What cannot be read, as an event. */
export function unreadable(code: 'malformed' | 'unexpected' | 'compressed', sentence: string) {
  return { kind: 'unreadable', sentence, refusal: refusal(code, sentence) } as const;
}
export const refusedLogon = ({ name, sentence }: LogonError): SessionRefusal => refusal('logon-error', sentence, name);
export const refusedByErrorInfo = ({ name, sentence }: ErrorInfo): SessionRefusal => refusal('error-info', sentence, name);
export function refusedByDisconnect(reason: number): SessionRefusal {
  const { name, sentence }: DisconnectReason = disconnectReason(reason);
  return refusal('disconnected', sentence, name);
}
