import { statusMeaning, statusText } from '../codes/status-code.ts';
import type { LogonErrorsInfo } from './save-session-info.ts';

/** Whether a logon goes on after it, is refused, or waits for somebody who is not there. */
export type LogonErrorEffect = 'goes-on' | 'needs-a-person' | 'refused';
export interface LogonError {
  readonly name: string;
  readonly effect: LogonErrorEffect;
  /** One clause for people. */
  readonly sentence: string;
}
/** ErrorNotificationType, [MS-RDPBCGR] 2.2.10.1.1.4.1.1: what winlogon is doing. */
const notifications: Readonly<Record<number, readonly [name: string, effect: LogonErrorEffect, sentence: string]>> = {
  4294967288: ['LOGON_MSG_SESSION_BUSY_OPTIONS', 'needs-a-person', 'the session is busy and the host asks what to do'],
  4294967289: ['LOGON_MSG_DISCONNECT_REFUSED', 'refused', 'the user who is logged on refused to give way'],
  4294967290: ['LOGON_MSG_NO_PERMISSION', 'refused', 'the account has no right to log on through Remote Desktop Services'],
  4294967291: [
    'LOGON_MSG_BUMP_OPTIONS',
    'needs-a-person',
    'somebody else is logged on and the host asks whether to displace them',
  ],
  4294967292: ['LOGON_MSG_RECONNECT_OPTIONS', 'needs-a-person', 'several sessions wait and the host asks which to take up'],
  4294967293: ['LOGON_MSG_SESSION_TERMINATE', 'refused', 'the host is ending the session'],
  4294967294: ['LOGON_MSG_SESSION_CONTINUE', 'goes-on', 'the logon goes on'],
  4294967295: ['ERROR_CODE_ACCESS_DENIED', 'refused', 'the host denied access'],
};
/** ErrorNotificationData, where it is not a session: what the host shows now. */
const data: Readonly<Record<number, readonly [name: string, effect: LogonErrorEffect, sentence: string]>> = {
  0: ['LOGON_FAILED_BAD_PASSWORD', 'refused', 'the credentials were rejected'],
  1: ['LOGON_FAILED_UPDATE_PASSWORD', 'needs-a-person', 'the password has to be changed first'],
  2: ['LOGON_FAILED_OTHER', 'refused', 'the logon failed and the host shows its logon screen'],
  3: ['LOGON_WARNING', 'goes-on', 'the host shows a warning'],
};
const NTSTATUS_ERROR = 0xc000_0000;

/** What a logon error notification means. A type that is no notification is an NTSTATUS, and then the data says what is shown. */
export function logonError({ type, data: shown }: LogonErrorsInfo): LogonError {
  const known = notifications[type];
  if (known !== undefined) return { name: known[0], effect: known[1], sentence: known[2] };
  const status = statusMeaning(type);
  const text = statusText(type);
  const screen = data[shown];
  if (status !== undefined) {
    const effect = screen?.[1] === 'needs-a-person' ? 'needs-a-person' : 'refused';
    return { name: status.name, effect, sentence: `${status.cause} (${text}); ${status.fix}` };
  }
  const severe = NTSTATUS_ERROR <= type;
  if (screen !== undefined) {
    const effect = severe && screen[1] === 'goes-on' ? 'refused' : screen[1];
    return { name: screen[0], effect, sentence: `${screen[2]} (${text})` };
  }
  return { name: text, effect: severe ? 'refused' : 'goes-on', sentence: `the host reported ${text} about the logon` };
}
