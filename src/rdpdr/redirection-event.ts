import type { EscCallKind } from './esc-call.ts';

/** What a device redirection channel brought, for logs and for whoever says why a logon went wrong. Nothing of an APDU is in it. */
export type RedirectionEvent =
  /** The device list was sent: on the first handshake and on every later one. */
  | { readonly kind: 'announced' }
  | { readonly kind: 'device-accepted' }
  /** A policy of the host's, or no service there that would take it; `status` is an NTSTATUS. */
  | { readonly kind: 'device-refused'; readonly status: number }
  /** `isEarly`: before the capabilities of this handshake; xrdp says it so always, and then it is no news of the logon. */
  | { readonly kind: 'user-logged-on'; readonly isEarly: boolean }
  /** A call that was answered; `name` is that of its control code, `returnCode` what the reader said. */
  | { readonly kind: 'call'; readonly call: EscCallKind; readonly name: string; readonly returnCode: number }
  /** A request that was answered with an error instead of being done. */
  | {
      readonly kind: 'request-refused';
      readonly reason: RequestRefusal;
      readonly ioStatus: number;
      readonly sentence: string;
    }
  /** A message that was not answered. */
  | { readonly kind: 'message-ignored'; readonly reason: MessageIgnored; readonly sentence: string };

export type RequestRefusal =
  | 'malformed'
  | 'unknown-control-code'
  | 'unknown-device'
  | 'unsupported-function'
  | 'too-many'
  | 'buffer-too-small'
  | 'failed';
export type MessageIgnored = 'malformed' | 'unexpected' | 'unknown';
