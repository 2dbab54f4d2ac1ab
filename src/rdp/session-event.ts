import type { DeactivateAll } from './deactivate-all.ts';
import type { DemandActive } from './demand-active.ts';
import type { Heartbeat } from './heartbeat.ts';
import type { LicenseMessage } from './license.ts';
import type { LogonError } from './logon-error.ts';
import type { LoggedOn, LogonErrorsInfo, SaveSessionInfo } from './save-session-info.ts';
import type { RedirectionTarget, ServerRedirection } from './server-redirection.ts';
import type { SessionRefusal } from './session-refusal.ts';
import type { ErrorInfo } from './set-error-info.ts';
import type { ControlPdu, FlowPdu } from './share-control.ts';
import type { ShareData } from './share-data.ts';
import type { StatusText } from './status-info.ts';

/**
 * What a PDU of the server's means, once the channels are joined. Everything is a value, a refusal and a PDU that nobody can read
 * included; `refusal` is there when the session ends by it.
 */
export type SessionEvent =
  /** Drawing, sound, pointers, indicators: not looked into. */
  | { readonly kind: 'drawing' }
  /** A share PDU that says nothing of the logon; `data` when it is a Data PDU. */
  | { readonly kind: 'share'; readonly pdu: ControlPdu | FlowPdu; readonly data?: ShareData | undefined }
  | { readonly kind: 'license'; readonly message: LicenseMessage }
  | { readonly kind: 'demand-active'; readonly pduSource: number; readonly demand: DemandActive }
  | { readonly kind: 'deactivate-all'; readonly deactivate: DeactivateAll }
  /** Whoever it names is logged on; without `loggedOn` only a cookie came. */
  | { readonly kind: 'save-session-info'; readonly session: SaveSessionInfo; readonly loggedOn?: LoggedOn | undefined }
  | {
      readonly kind: 'logon-error';
      readonly session: SaveSessionInfo;
      readonly error: LogonErrorsInfo;
      readonly meaning: LogonError;
      readonly refusal?: SessionRefusal | undefined;
    }
  | { readonly kind: 'error-info'; readonly info: ErrorInfo; readonly refusal?: SessionRefusal | undefined }
  | { readonly kind: 'status-info'; readonly status: StatusText }
  | { readonly kind: 'redirection'; readonly packet: ServerRedirection; readonly target: RedirectionTarget }
  /** A measurement; `answer` is what to write, whole. */
  | { readonly kind: 'auto-detect'; readonly answer?: Uint8Array | undefined }
  | { readonly kind: 'heartbeat'; readonly heartbeat: Heartbeat }
  /** The server proposes UDP; `answer` declines, whole. */
  | { readonly kind: 'multitransport'; readonly requestId: number; readonly answer: Uint8Array }
  /** Data of a static channel, header and chunk. */
  | { readonly kind: 'channel-data'; readonly channelId: number; readonly userData: Uint8Array }
  | { readonly kind: 'disconnect'; readonly reason: number; readonly refusal: SessionRefusal }
  /** Without `refusal` it was on the message channel, where nothing is that a session depends on. */
  | { readonly kind: 'unreadable'; readonly sentence: string; readonly refusal?: SessionRefusal | undefined };

/** The refusal that an event brings; `undefined` when the session goes on. */
export const refusalIn = (event: SessionEvent): SessionRefusal | undefined => ('refusal' in event ? event.refusal : undefined);
