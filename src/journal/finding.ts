/** What is wrong, or worth knowing, and what to do about it. */
const meanings = {
  changed: [true, 'compare with a backup or an export; find out who could write the database'],
  'hash-changed': [true, 'compare with a backup or an export; find out who could write the database'],
  dropped: [true, 'look for the missing entries in a backup or an export; find out who could write the database'],
  moved: [true, 'compare with a backup or an export; find out who could write the database'],
  renumbered: [true, 'look for the original in a backup or an export; find out who could write the database'],
  duplicate: [true, 'compare with a backup or an export; find out who could write the database'],
  unreadable: [true, 'compare with a backup or an export'],
  rewritten: [true, 'trust no entry of that range; look for the original in a backup or an export'],
  truncated: [true, 'was an old backup restored? else find out who could write the database'],
  'checkpoint-malformed': [true, 'compare the checkpoints with their copy elsewhere'],
  'checkpoint-forged': [true, 'compare the public key and the checkpoints with their copies elsewhere'],
  'checkpoint-of-another': [true, 'name the checkpoints and the public key of this journal'],
  'checkpoint-missing': [true, 'name the checkpoints and their public key, or say --no-checkpoints to check the chain alone'],
  'issued-unrequested': [true, 'revoke the certificate with `mayfly ca revoke`; find out who could reach the CA'],
  'issued-differs': [true, 'revoke the certificate with `mayfly ca revoke`; find out who could reach the CA or the database'],
  'issued-unknown': [true, "name the log of every CA that this journal's service used; is one of them older than the journal?"],
  'log-damaged': [true, 'restore the log from a backup'],
  'entry-out-of-turn': [true, 'read the entries of that session; find out who could write the database'],
  'issued-before-its-turn': [
    false,
    'nothing, if the next CA was tried then (`mayfly ca rotate check`); else find out who could reach it',
  ],
  'left-open': [true, 'start the service once: it closes what a crash left open; else find out why it did not'],
  'still-open': [false, 'nothing, if the service runs or was just stopped'],
  'never-released': [false, 'nothing: its key ended with the process that held it'],
  'tail-unproven': [false, 'nothing: the next checkpoint will cover them'],
} as const satisfies Readonly<Record<string, readonly [isFault: boolean, next: string]>>;
export type FindingCode = keyof typeof meanings;

export interface Finding {
  readonly code: FindingCode;
  /** False where nothing is wrong. */
  readonly isFault: boolean;
  /** First entry concerned, and the last one where there are several. */
  readonly sequence?: number;
  readonly to?: number;
  /** For people: an entry, a line of a file. */
  readonly where: string;
  readonly sentence: string;
  readonly next: string;
}

const made = (code: FindingCode, where: string, sentence: string) => {
  const [isFault, next] = meanings[code];
  return { code, isFault, where, sentence, next };
};
/** Of a line or a file. */
export const findingAt = (code: FindingCode, where: string, sentence: string): Finding => made(code, where, sentence);
/** Of entries, by their numbers. */
export function findingOf(code: FindingCode, sequence: number, to: number, sentence: string): Finding {
  if (to <= sequence) return { ...made(code, `entry ${sequence}`, sentence), sequence };
  return { ...made(code, `entries ${sequence} to ${to}`, sentence), sequence, to };
}
