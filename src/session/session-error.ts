import { MayflyError } from '../wire/mayfly-error.ts';

/** What a caller did wrong, or must wait for; each has one fixed sentence and a status in the API. */
export const sessionErrors = {
  'session-unknown': ['there is no such session, or it is not yours', 'see the list of your sessions'],
  'session-over': ['the session is over', 'ask for a new one'],
  'session-not-granted': ['the session is not granted yet', 'wait for its approval'],
  'session-other-mode': ['the session was granted for another mode', 'ask for a session in that mode'],
  'session-cards-spent': ['the session has had all its cards', 'ask for a new session'],
  'session-card-live': ['the session has a live card already', 'end that one first'],
  'session-not-connected': ['nobody is logged on in this session now', 'open it, and wait for the logon'],
  'reauthentication-not-allowed': [
    'the rules do not allow another card while the session goes on',
    'ask for a rule with @allows("reauthentication"), or end the session and open it again',
  ],
  'person-missing': ['nobody is named for whom the session is', "show the person's token, or name the person"],
  'approval-not-yours': ['this approval is not yours to give', 'ask a member of the group that may'],
  'approval-not-awaited': ['the session does not wait for an approval', 'see its state'],
  'approval-given': ['you have given your word on this session', 'wait for the others'],
  'mode-not-built': [
    'this service does not offer that mode',
    'ask for card mode; gateway mode needs `service.gateway` in its configuration',
  ],
  'too-many-requests': ['too many requests', 'try again later'],
  'too-many-sessions': ['too many sessions are open', 'end some of them, or wait'],
  'too-many-cards': ['too many cards are live', 'try again in a moment'],
  'shutting-down': ['the service is shutting down', 'try again in a moment'],
} as const;
export type SessionErrorCode = keyof typeof sessionErrors;

export const sessionError = (code: SessionErrorCode): MayflyError =>
  new MayflyError(code, sessionErrors[code][0], { next: sessionErrors[code][1] });

/** Too much now; `seconds` from now there may be room. */
export class TryLater extends MayflyError {
  readonly seconds: number;
  constructor(code: 'too-many-requests' | 'too-many-sessions', seconds: number) {
    super(code, sessionError(code).message, { next: `try again in ${seconds} s` });
    this.seconds = seconds;
  }
}
