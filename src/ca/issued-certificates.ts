import { createHash } from 'node:crypto';
import { isListed, type LastCrl, type Revocation } from '../pki/crl-schedule.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import { isReason } from '../x509/crl.ts';
import type { LogEntry } from './issuance-log.ts';

interface Issued {
  readonly notAfter: UnixSeconds;
  readonly keyDigest: string;
  readonly cardId: string;
}
/** Certificates that ended longer ago than this are no longer remembered: their keys have not existed for a day. */
const MEMORY = 24 * 60 * 60;
const hasFaded = ({ notAfter }: Pick<Issued, 'notAfter'>, now: UnixSeconds) => notAfter + MEMORY < now;

export const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What a CA must remember of its own log: live certificates, revocations, the last CRL. */
export class IssuedCertificates {
  readonly #bySerial = new Map<string, Issued>();
  readonly #keys = new Set<string>();
  readonly #cards = new Set<string>();
  readonly #revocations = new Map<string, Revocation>();
  #lastCrl: LastCrl | undefined;

  get lastCrl(): LastCrl | undefined {
    return this.#lastCrl;
  }
  get revocations(): Iterable<Revocation> {
    return this.#revocations.values();
  }
  get size(): number {
    return this.#bySerial.size;
  }
  isKnownKey(digest: string): boolean {
    return this.#keys.has(digest);
  }
  isKnownCard(cardId: string): boolean {
    return this.#cards.has(cardId);
  }
  find(serialNumber: string): { readonly notAfter: UnixSeconds; readonly revoked: boolean } | undefined {
    const issued = this.#bySerial.get(serialNumber);
    return issued && { notAfter: issued.notAfter, revoked: this.#revocations.has(serialNumber) };
  }
  /** Keeps key and card from being used again while their certificate is being made. */
  reserve(keyDigest: string, cardId: string): void {
    this.#keys.add(keyDigest);
    this.#cards.add(cardId);
  }
  release(keyDigest: string, cardId: string): void {
    this.#keys.delete(keyDigest);
    this.#cards.delete(cardId);
  }
  /** Takes in one entry of the log, at start and as it grows. */
  record(entry: LogEntry): void {
    if (entry.event === 'issued') {
      this.#bySerial.set(entry.serialNumber, entry);
      this.reserve(entry.keyDigest, entry.cardId);
    } else if (entry.event === 'revoked') {
      const { serialNumber, notAfter, at } = entry;
      const reason = isReason(entry.reason) ? entry.reason : 'unspecified';
      this.#revocations.set(serialNumber, { serialNumber, notAfter, revokedAt: at, reason });
    } else this.#lastCrl = { number: entry.number, at: entry.at };
  }
  /** Takes in one entry at start, unless it ended so long ago that `forget` would drop it: a log may hold years. */
  recall(entry: LogEntry, now: UnixSeconds): void {
    if (entry.event !== 'issued' || !hasFaded(entry, now)) this.record(entry);
  }
  /** Drops what no longer matters at `now`; called as time goes on, so that memory follows the live certificates. */
  forget(now: UnixSeconds): void {
    for (const [serial, issued] of this.#bySerial) {
      if (!hasFaded(issued, now)) continue;
      this.#bySerial.delete(serial);
      this.release(issued.keyDigest, issued.cardId);
    }
    for (const [serial, revocation] of this.#revocations)
      if (!isListed(revocation, this.#lastCrl, now)) this.#revocations.delete(serial);
  }
}
