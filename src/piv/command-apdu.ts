/** A command APDU, ISO/IEC 7816-4 5.1, short or extended. */
export interface CommandApdu {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Uint8Array;
  /** Most octets wanted back. A missing Le counts as 256: PIV clients leave it out and expect an answer all the same. */
  readonly le: number;
}
const SHORT = 256;
const EXTENDED = 65_536;
const HEADER = 4;

/** What follows the header, cut up by its length alone (cases 1 to 4, 5.1 table 2); `undefined` when no case fits. */
function bodyOf(body: Uint8Array): Pick<CommandApdu, 'data' | 'le'> | undefined {
  const nothing = new Uint8Array();
  const [first = 0, high = 0, low = 0] = body;
  const number = (a = 0, b = 0) => a * 256 + b;
  if (body.length === 0) return { data: nothing, le: SHORT };
  if (body.length === 1) return { data: nothing, le: first || SHORT };
  if (first !== 0) {
    const rest = body.length - 1 - first;
    if (rest !== 0 && rest !== 1) return undefined;
    return { data: body.subarray(1, 1 + first), le: (rest === 1 && body[1 + first]) || SHORT };
  }
  if (body.length === 3) return { data: nothing, le: number(high, low) || EXTENDED };
  const length = number(high, low);
  const rest = body.length - 3 - length;
  if (body.length < 3 || length === 0 || (rest !== 0 && rest !== 2)) return undefined;
  const le = rest === 2 ? number(body[3 + length], body[4 + length]) || EXTENDED : SHORT;
  return { data: body.subarray(3, 3 + length), le };
}
/** Reads a command; `undefined`: its length fits no form, which a card answers with 6700. */
export function readCommand(apdu: Uint8Array): CommandApdu | undefined {
  const [cla, ins, p1, p2] = apdu;
  if (cla === undefined || ins === undefined || p1 === undefined || p2 === undefined) return undefined;
  const body = bodyOf(apdu.subarray(HEADER));
  return body && { cla, ins, p1, p2, ...body };
}
