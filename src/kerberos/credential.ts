import type { UnixSeconds } from '../wire/der-time.ts';
import type { Principal } from './principal-name.ts';

/** EncryptionKey, RFC 4120 5.2.9. Whoever holds one wipes `value` when it is done. */
export interface SessionKey {
  readonly etype: number;
  readonly value: Uint8Array;
}
/** A ticket and what its client must know to use it. */
export interface Credential {
  readonly client: Principal;
  /** `realm` is the realm of the KDC that issued it. */
  readonly server: Principal;
  readonly key: SessionKey;
  /** Ticket, DER. */
  readonly ticket: Uint8Array;
  /** TicketFlags. */
  readonly flags: number;
  readonly authTime: UnixSeconds;
  readonly startTime: UnixSeconds;
  readonly endTime: UnixSeconds;
  readonly renewTill: UnixSeconds | undefined;
}
