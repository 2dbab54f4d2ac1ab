import type { EncryptionKey } from '../crypto/encrypted-data.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import type { Principal } from './principal-name.ts';

/** A ticket and what its client must know to use it. */
export interface Credential {
  readonly client: Principal;
  /** `realm` is the realm of the KDC that issued it. */
  readonly server: Principal;
  readonly key: EncryptionKey;
  /** Ticket, DER. */
  readonly ticket: Uint8Array;
  /** TicketFlags. */
  readonly flags: number;
  readonly authTime: UnixSeconds;
  readonly startTime: UnixSeconds;
  readonly endTime: UnixSeconds;
  readonly renewTill: UnixSeconds | undefined;
}
