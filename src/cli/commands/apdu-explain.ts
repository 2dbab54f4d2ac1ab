import { open } from 'node:fs/promises';
import { ApduExplanation, apduLine } from '../../piv/apdu-explanation.ts';
import { readCommand } from '../../piv/command-apdu.ts';
import { IoctlExplanation, isCorePdu, pduLine } from '../../rdpdr/ioctl-explanation.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { type Captured, capturedLines, type Unread } from '../captured-lines.ts';

interface ExplainOptions {
  readonly json?: boolean;
  readonly args: readonly string[];
}
interface Explained {
  readonly fact: {
    readonly line: number;
    readonly kind: string;
    readonly name: string;
    readonly details: readonly string[];
    readonly malformed: string | null;
  };
  readonly text: string;
}
const MOST_INPUT = 0x80_0000;
const MOST_LINES = 50_000;
const tooMuch = () =>
  new MayflyError('apdu-input', `the capture has more than ${MOST_INPUT / 0x10_0000} MiB or ${MOST_LINES} lines`, {
    next: 'give a part of it',
  });

async function textOf(input: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of input) {
    length += chunk.length;
    if (MOST_INPUT < length) throw tooMuch();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('latin1');
}
async function fileText(path: string): Promise<string> {
  try {
    const file = await open(path);
    return await textOf(file.createReadStream() as AsyncIterable<Buffer>);
  } catch (cause) {
    if (cause instanceof MayflyError) throw cause;
    throw new MayflyError('file-read', `cannot read ${path}`, { cause, next: 'name a file, or give the octets in hexadecimal' });
  }
}
function inputText([given = '-']: readonly string[]): Promise<string> {
  if (given === '-') return textOf(process.stdin as AsyncIterable<Buffer>);
  return /^(?:[0-9a-f]{2}[\s:]*)+$/i.test(given) ? Promise.resolve(given) : fileText(given);
}
/** An answer ends in a status word; a line that does not say which way it went is one where a command waits for it. */
function isAnswer({ to, octets }: Captured, isAwaited: boolean): boolean {
  if (to !== undefined) return to === 'reader';
  const status = octets.at(-2) ?? 0;
  const hasStatus = status === 0x90 || (status & 0xf0) === 0x60;
  return hasStatus && (isAwaited || octets.length === 2 || !readCommand(octets));
}
const unread = ({ line, fault }: Unread): Explained => ({
  fact: { line, kind: 'unread', name: '', details: [], malformed: fault },
  text: `? line ${line}: ${fault}`,
});
/** Line by line, each read for what came before it. */
function explain(text: string): Explained[] {
  const captured = capturedLines(text);
  if (MOST_LINES < captured.length) throw tooMuch();
  const apdus = new ApduExplanation();
  const ioctls = new IoctlExplanation();
  let isAwaited = false;
  return captured.map((each) => {
    if ('fault' in each) return unread(each);
    const { line, to, octets } = each;
    if (isCorePdu(octets)) {
      const pdu = ioctls.explain(octets, to && (to === 'card' ? 'from-host' : 'from-client'));
      return { fact: { line, ...pdu, malformed: pdu.malformed ?? null }, text: pduLine(pdu) };
    }
    const answers = isAnswer(each, isAwaited);
    isAwaited = !answers;
    const said = answers ? apdus.response(octets) : apdus.command(octets);
    return { fact: { line, ...said, malformed: said.malformed ?? null }, text: apduLine(said) };
  });
}
/**
 * `mayfly apdu explain`: a line for each APDU of a capture, and for each message of an RDP connection's device redirection channel. PINs
 * are not shown. @returns 1 when something in it is malformed
 */
export async function apduExplain(options: ExplainOptions): Promise<number> {
  const explained = explain(await inputText(options.args));
  if (explained.length === 0) throw new MayflyError('apdu-input', 'there is nothing to explain in it');
  const ok = explained.every(({ fact }) => fact.malformed === null);
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ ok, lines: explained.map(({ fact }) => fact) })}\n`
      : `${explained.map(({ text }) => text).join('\n')}\n`,
  );
  return ok ? 0 : 1;
}
