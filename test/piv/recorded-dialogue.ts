import { bytes } from '../wire/annotated-hex.ts';
import { cardInHand, pin, select, verify } from './card-in-hand.ts';

/**
 * What a client said to another PIV card and how that answered. One exchange a line: the command in hex, `~245` for octets of a
 * block that were not kept, `PIN` and `BAD` for 8 octets of PIN; behind `>` how many octets of data came back and the status word.
 * `reset` stands for a reset or power cycle by pcscd. `//` begins a comment.
 */
export interface RecordedDialogue {
  readonly client: string;
  /** What the client before it had left: PIV selected, the PIN verified, so many tries. */
  readonly before: { readonly selected?: boolean; readonly verified?: boolean; readonly tries?: number };
  readonly exchanges: string;
}
export interface Difference {
  readonly line: string;
  readonly got: string;
}
const ascii = (text: string) => Buffer.from(text).toString('hex');
const isSelect = (command: string) => command.startsWith('00a404');

/** Says it all again to our card; gives back where it answers otherwise. What SELECT answers is every card's own. */
export async function replay({ before, exchanges }: RecordedDialogue, contents = {}): Promise<Difference[]> {
  const { card, send, statuses } = cardInHand({ ceiling: 100, ...contents });
  if (before.selected) await send(select);
  if (before.tries !== undefined) for (let spent = before.tries; spent < 3; spent++) await statuses(select, verify('00000000'));
  if (before.verified) await statuses(select, verify());
  if (!before.selected) card.reset();
  const differences: Difference[] = [];
  for (const annotated of exchanges.split('\n')) {
    const line = annotated.replace(/\/\/.*/, '').trim();
    if (line === 'reset') card.reset();
    if (line === '' || line === 'reset') continue;
    const [command = '', answer = ''] = line.split(/\s*>\s*/);
    const apdu = command
      .replace('PIN', ascii(pin))
      .replace('BAD', ascii('00000000'))
      .replace(/~(\d+)/, (_, octets: string) => '00'.repeat(Number(octets)));
    const { data, status } = await send(bytes(apdu));
    const expected = isSelect(command.replaceAll(' ', '')) ? answer.replace(/^\d+ /, '') : answer;
    const got = data.length === 0 || isSelect(command.replaceAll(' ', '')) ? status : `${data.length} ${status}`;
    if (got !== expected) differences.push({ line, got });
  }
  return differences;
}
