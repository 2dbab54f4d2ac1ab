/** Of a text that somebody pasted: what in it can be nothing but a code, with the word before it that says whose it is. */
const marks = [
  /\b0x[0-9a-f]{8}\b/g,
  /(?<![0-9a-z])[8c]0[0-9a-f]{6}\b/g,
  /(?<![0-9a-z])-\d{7,10}\b/g,
  /\b[a-z0-9]+(?:_[a-z0-9]+)+\b/g,
  /(?<=\()[a-z0-9-]+(?=\))/g,
  /\b(?:event(?: id)?|data|hresult|krb-error|kdcsvc|(?:result|failure|error) code|error info|(?:sub )?status)[ :=]{1,3}(?:0x)?[0-9a-f]{1,8}\b/g,
];
const MOST_MARKED = 40;
const MOST_WORDS = 100;

/** In the order of the text; it is comparable, so in lower case and without doubled space. */
export const codesWithin = (text: string): string[] =>
  marks
    .flatMap((mark) => [...text.matchAll(mark)])
    .sort((a, b) => a.index - b.index || b[0].length - a[0].length)
    .slice(0, MOST_MARKED)
    .map(([code]) => code);

/** `0x3E, 0x12`, and lines below each other. */
export const listed = (text: string): string[] => text.split(/[,;\s]+/).filter((each) => each !== '');

const wordsOf = (text: string): string[] => text.split(' ', MOST_WORDS).map((word) => word.replace(/[.,:;!?]+$/, ''));
/** How many words of both stand in a row: a sentence that was cut off, or has a letter wrong somewhere. */
export function wordsInARow(text: string, sentence: string): number {
  const others = wordsOf(sentence);
  let longest = 0;
  let row = others.map(() => 0);
  for (const word of wordsOf(text)) {
    row = others.map((other, i) => (other === word ? (row[i - 1] ?? 0) + 1 : 0));
    longest = Math.max(longest, ...row);
  }
  return longest;
}
/** The part of the longer words of a text that stand in a sentence as well. */
export function wordsShared(text: string, sentence: string): number {
  const telling = new Set(wordsOf(text).filter((word) => word.length > 3));
  const others = new Set(wordsOf(sentence));
  return telling.size === 0 ? 0 : [...telling].filter((word) => others.has(word)).length / telling.size;
}
