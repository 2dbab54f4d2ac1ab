import { isoTime, type UnixSeconds } from '../wire/der-time.ts';
import type { JournalEntry, UnknownEntry } from './entry.ts';
import { type Finding, findingAt, findingOf } from './finding.ts';

/** A line of a CA's own log that says what it issued. */
export interface IssuedLine {
  /** For people: file and line. */
  readonly where: string;
  readonly at: UnixSeconds;
  readonly cardId: string;
  readonly serialNumber: string;
  readonly keyDigest: string;
  readonly certificateDigest: string;
}
/** A card as the journal knows it. */
interface Card {
  readonly requested: number;
  readonly keyDigest: string;
  issued?: { readonly sequence: number; readonly serialNumber: string; readonly certificateDigest: string };
  isInLog?: boolean;
  isOver?: boolean;
  /** Starts of the service that it has seen. */
  readonly starts: number;
}

/**
 * What the entries of a journal say of each other and of what CAs say that they issued: every certificate was asked for in a granted
 * session, and every one that was released is in a CA's log. The journal is taken in first, then the logs.
 */
export class Reconciliation {
  readonly #cards = new Map<string, Card>();
  /** Granted sessions that are not over. */
  readonly #sessions = new Set<string>();
  #starts = 0;
  #began: UnixSeconds | undefined;
  #matched = 0;
  #older = 0;

  /** Certificates that are in the journal and in a log alike. */
  get matched(): number {
    return this.#matched;
  }
  /** Certificates that were issued before the journal began. */
  get older(): number {
    return this.#older;
  }
  take(sequence: number, entry: JournalEntry | UnknownEntry): readonly Finding[] {
    this.#began ??= entry.at;
    const said = entry as JournalEntry;
    const odd = this.#oddity(sequence, said);
    return odd === undefined ? [] : [findingOf('entry-out-of-turn', sequence, sequence, odd)];
  }
  #oddity(sequence: number, entry: JournalEntry): string | undefined {
    switch (entry.event) {
      case 'service-started':
        this.#starts++;
        return undefined;
      case 'session-decided':
        if (entry.effect === 'granted') this.#sessions.add(entry.session);
        return undefined;
      case 'session-ended':
        this.#sessions.delete(entry.session);
        return undefined;
      case 'card-requested': {
        if (this.#cards.has(entry.card)) return 'the card was asked for before';
        this.#cards.set(entry.card, { requested: sequence, keyDigest: entry.keyDigest, starts: this.#starts });
        return this.#sessions.has(entry.session) ? undefined : 'a card was asked for in a session that is not granted';
      }
      case 'card-issued': {
        const card = this.#cards.get(entry.card);
        if (!card) return 'a card was issued that nobody asked for';
        const isSecond = card.issued !== undefined || card.isOver;
        card.issued = { sequence, serialNumber: entry.serialNumber, certificateDigest: entry.certificateDigest };
        if (isSecond) return 'the card was issued or refused before';
        return this.#sessions.has(entry.session) ? undefined : 'a card was issued in a session that is not granted';
      }
      case 'card-refused':
      case 'key-operation':
      case 'key-destroyed':
        return this.#ofCard(entry);
      default:
        return undefined;
    }
  }
  #ofCard(entry: Extract<JournalEntry, { event: 'card-refused' | 'key-operation' | 'key-destroyed' }>): string | undefined {
    const card = this.#cards.get(entry.card);
    if (!card) return 'the entry is of a card that nobody asked for';
    if (card.isOver) return 'the entry is of a card whose key was destroyed before';
    if (entry.event === 'key-operation') return card.issued ? undefined : 'the key was used before its card was issued';
    card.isOver = true;
    return undefined;
  }

  /** Whether the journal has a card of this id. */
  knows(cardId: string): boolean {
    return this.#cards.has(cardId);
  }
  /** When the whole journal is taken in. */
  takeIssued(line: IssuedLine): readonly Finding[] {
    const { where, at, cardId, serialNumber, keyDigest, certificateDigest } = line;
    const what = `certificate ${serialNumber} of ${isoTime(at)}`;
    const card = this.#cards.get(cardId);
    if (!card) {
      if (this.#began === undefined || at < this.#began) {
        this.#older++;
        return [];
      }
      return [findingAt('issued-unrequested', where, `${what} was issued for a card that the journal does not know`)];
    }
    card.isInLog = true;
    if (keyDigest !== card.keyDigest)
      return [findingAt('issued-differs', where, `${what} is for another key than entry ${card.requested}`)];
    const { issued } = card;
    if (!issued) return [findingAt('never-released', where, `${what} was issued and never left the service`)];
    if (issued.serialNumber !== serialNumber || issued.certificateDigest !== certificateDigest)
      return [findingAt('issued-differs', where, `${what} is not the one of entry ${issued.sequence}`)];
    this.#matched++;
    return [];
  }

  /** @param withLogs whether the logs of all CAs were taken in */
  end(withLogs: boolean): readonly Finding[] {
    const found: Finding[] = [];
    for (const { requested, issued, isInLog, isOver, starts } of this.#cards.values()) {
      if (withLogs && issued && !isInLog)
        found.push(findingOf('issued-unknown', issued.sequence, issued.sequence, 'no log knows the certificate of this entry'));
      if (isOver) continue;
      const sentence = 'nothing says what became of this card';
      found.push(findingOf(starts < this.#starts ? 'left-open' : 'still-open', requested, requested, sentence));
    }
    return found;
  }
}
