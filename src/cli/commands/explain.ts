import { type Entry, entryTitle, kinds } from '../../codes/entry.ts';
import { type Answer, codeIndex, findCode, questionsOf } from '../../codes/find-code.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { print, table } from '../print.ts';
import { knownCodes } from './known-codes.ts';

interface ExplainOptions {
  readonly json?: boolean;
  readonly args: readonly string[];
}
const MOST_CODES = 100;
const MOST_ECHOED = 100;
const index = codeIndex(knownCodes);

const fact = ({ kind, number, source, name, cause, look, fix }: Entry) => ({
  kind,
  ...(number === undefined ? {} : { number }),
  ...(source === undefined ? {} : { source }),
  name,
  cause,
  look,
  fix,
});
const linesOf = (entry: Entry): string[] => [
  entryTitle(entry),
  ...table([
    ['  cause', entry.cause],
    ['  look', entry.look],
    ['  fix', entry.fix],
  ]),
];
/** Of a pasted text no more than says which one it was. */
const shortened = (asked: string): string => {
  const line = asked.replace(/\s+/g, ' ').trim();
  return line.length <= MOST_ECHOED ? line : `${line.slice(0, MOST_ECHOED)}\u2026`;
};
function answerLines({ asked, found, nearest }: Answer): string[] {
  const about = shortened(asked);
  if (found.length === 0)
    return [`${about}: in no table here${nearest.length > 0 ? `; did you mean ${nearest.join(', ')}?` : ''}`];
  const isText = about.split(' ').length > 2;
  const many = isText ? 'has' : 'is';
  const several =
    found.length > 1
      ? [`${about} ${many} ${found.length} things${isText ? ' in it' : ''}: ${found.map(({ kind }) => kinds[kind]).join(', ')}`]
      : [];
  return [...several, ...found.flatMap((entry, i) => (i > 0 ? ['', ...linesOf(entry)] : linesOf(entry)))];
}
/**
 * `mayfly explain CODE…`: what a code or a sentence of a refused logon means, where to look and what to do.
 * @returns 1 when one of them is in no table
 */
export function explain({ json, args }: ExplainOptions): Promise<number> {
  const given = args.filter((each) => each.trim() !== '');
  if (given.length === 0)
    throw new MayflyError('explain-nothing', 'nothing is asked about', {
      next: 'give a code, an event or a sentence: `mayfly explain 0x3E`',
    });
  const questions = questionsOf(index, given);
  if (MOST_CODES < questions.length)
    throw new MayflyError('explain-too-many', `more than ${MOST_CODES} codes at once`, { next: 'give fewer' });
  const answers = questions.map((question) => findCode(index, question));
  const ok = answers.every(({ found }) => found.length > 0);
  const codes = answers.map(({ asked, found, nearest }) => ({ asked, found: found.map(fact), nearest }));
  if (json) process.stdout.write(`${JSON.stringify({ ok, codes })}\n`);
  else
    print(
      false,
      {},
      answers.flatMap((answer, i) => (i > 0 ? ['', ...answerLines(answer)] : answerLines(answer))),
    );
  return Promise.resolve(ok ? 0 : 1);
}
