import type { Entry } from './entry.ts';
import { codesWithin, listed, wordsInARow, wordsShared } from './pasted-text.ts';
import { bareName, comparable, comparableName, MOST_SPELLED, type Reading, readSpelling } from './spelling.ts';

/** What is known of one code that was asked about: several entries where it is more than one thing; without any, names like it. */
export interface Answer {
  readonly asked: string;
  readonly found: readonly Entry[];
  readonly nearest: readonly string[];
}
const MOST_NEAREST = 3;
const LEAST_NAME = 3;
const LEAST_SENTENCE = 8;
const LEAST_PART = 4;
/** Names of which more than one letter in so many differs are not alike. */
const FAR = 2;
const MOST_COMPARED = 40;
/** A code with all that says whose it is. */
const MOST_NAMED = 300;
/** Of a sentence: so many words in a row are that sentence, where no more than so many sentences have them. */
const LEAST_ROW = 4;
const MOST_SENTENCES = 3;
const LEAST_SHARED = 0.5;
/** Words that are no code, of which so many make a sentence of what was asked. */
const LEAST_PROSE = 2;

/** An entry with its name as names are compared. */
interface Known {
  readonly entry: Entry;
  readonly name: string;
  readonly bare: string;
  /** Of a screen. */
  readonly sentence?: string;
}
export type CodeIndex = readonly Known[];
export const codeIndex = (entries: readonly Entry[]): CodeIndex =>
  entries.map((entry) => {
    const name = comparableName(entry.name);
    const known = { entry, name, bare: bareName(name) };
    return entry.kind === 'screen' ? { ...known, sentence: comparable(entry.name) } : known;
  });

const entriesOf = (index: CodeIndex, isMeant: (known: Known) => boolean): Entry[] =>
  index.filter(isMeant).map(({ entry }) => entry);
const byNumber = (index: CodeIndex, { kinds, source, numbers }: Reading): Entry[] =>
  entriesOf(
    index,
    ({ entry: { number, kind, source: by = '' } }) =>
      number !== undefined && numbers.includes(number) && kinds.includes(kind) && (source?.test(by) ?? true),
  );
function byName(index: CodeIndex, asked: string): Entry[] {
  const exact = entriesOf(index, ({ name }) => name === asked);
  if (exact.length > 0 || asked.length < LEAST_NAME) return exact;
  const bareAsked = bareName(asked);
  return entriesOf(index, ({ bare }) => bare === bareAsked);
}
/** Part of what a screen says, or more than it. */
function bySentence(index: CodeIndex, text: string): Entry[] {
  if (text.length < LEAST_SENTENCE || !text.includes(' ')) return [];
  return entriesOf(index, ({ sentence }) => sentence !== undefined && (sentence.includes(text) || text.includes(sentence)));
}
/** Part of a sentence: cut off, with more around it, or with a letter wrong. */
function byWords(index: CodeIndex, text: string): Entry[] {
  const rows = index.map(({ sentence }) => (sentence === undefined ? 0 : wordsInARow(text, sentence)));
  const longest = Math.max(0, ...rows);
  const found = longest < LEAST_ROW ? [] : index.filter((_, i) => rows[i] === longest).map(({ entry }) => entry);
  return found.length <= MOST_SENTENCES ? found : [];
}
/** A line of a log, an event: what in it can be nothing but a code. */
const within = (index: CodeIndex, text: string): Entry[] => [
  ...new Set(codesWithin(text).flatMap((code) => direct(index, code))),
];
function direct(index: CodeIndex, text: string): Entry[] {
  if (MOST_NAMED < text.length) return [];
  const reading = readSpelling(text);
  const found = byNumber(index, reading);
  return found.length > 0 || reading.name === undefined ? found : byName(index, reading.name);
}

/** Edits that make one of the other, Levenshtein's; both short. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (const [i, letter] of Array.from(one).entries()) {
    const next = [i + 1];
    for (let j = 0; j < other.length; j++)
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (letter === other[j] ? 0 : 1)));
    row = next;
  }
  return row[other.length] ?? 0;
}
function likeSentences(index: CodeIndex, text: string): string[] {
  const scored = index.flatMap(({ entry: { name }, sentence }) =>
    sentence === undefined ? [] : [{ name, shared: wordsShared(text, sentence) }],
  );
  const near = scored.filter(({ shared }) => shared >= LEAST_SHARED).sort((a, b) => b.shared - a.shared);
  return near.map(({ name }) => name).slice(0, MOST_NEAREST);
}
/** Numbers are like the numbers beside them only by chance: names alone are compared. */
function nearest(index: CodeIndex, text: string): string[] {
  if (text.split(' ').length > 2) return likeSentences(index, text);
  const asked = bareName(comparableName(text)).slice(0, MOST_COMPARED);
  if (!/[a-z]/.test(asked)) return [];
  const scored = index.flatMap(({ entry: { name }, bare }) => {
    if (LEAST_PART <= asked.length && bare.includes(asked)) return [{ name, far: 0 }];
    const longest = Math.max(asked.length, bare.length);
    if (longest < FAR * Math.abs(asked.length - bare.length)) return [];
    return [{ name, far: (FAR * distance(asked, bare.slice(0, MOST_COMPARED))) / longest }];
  });
  const near = scored.filter(({ far }) => far <= 1).sort((a, b) => a.far - b.far);
  return [...new Set(near.map(({ name }) => name))].slice(0, MOST_NEAREST);
}
/** Never throws, whatever is asked. */
export function findCode(index: CodeIndex, asked: string): Answer {
  const text = comparable(asked);
  const ways = [direct, bySentence, within, byWords];
  const found = ways.reduce<Entry[]>((so, way) => (so.length > 0 ? so : way(index, text)), []);
  return { asked, found, nearest: found.length > 0 ? [] : nearest(index, text) };
}

/** Words without a digit or a dash, none of them a code: a sentence whose quotes are missing. */
const isProse = (index: CodeIndex, questions: readonly string[]): boolean =>
  questions.filter((word) => /^\p{L}['\u2019\p{L}]*[.,:;!?]?$/u.test(word) && direct(index, comparable(word)).length === 0)
    .length >= LEAST_PROSE;
/** `0x3E, 0x12` in one operand is two questions; a text with a comma in it is one. */
function each(index: CodeIndex, operand: string): string[] {
  const parts = operand.length > MOST_SPELLED ? [] : listed(operand);
  const isList = parts.length > 1 && parts.every((part) => direct(index, comparable(part)).length > 0);
  return isList && direct(index, comparable(operand)).length === 0 ? parts : [operand];
}
/** Operands as a shell hands them over: `event 4768` and a sentence without quotes are one question each. */
export function questionsOf(index: CodeIndex, operands: readonly string[]): string[] {
  const whole = operands.join(' ');
  if (operands.length > 1 && bySentence(index, comparable(whole)).length > 0) return [whole];
  const questions: string[] = [];
  for (let i = 0; i < operands.length; i++) {
    const [word = '', next] = operands.slice(i, i + 2);
    const isWord = next !== undefined && readSpelling(`${word} ${next}`).numbers.length > 0;
    questions.push(...(isWord ? [`${word} ${next}`] : each(index, word)));
    if (isWord) i++;
  }
  return isProse(index, questions) ? [whole] : questions;
}
