import { type DataObject, readDataObject, readDataObjects } from '../wire/ber-tlv.ts';
import { ByteReader, ByteWriter, DecodeError } from '../wire/cursor.ts';
import { toHex } from '../wire/hex.ts';
import { printableName } from '../x509/name-text.ts';
import { type CommandApdu, readCommand } from './command-apdu.ts';
import {
  algorithmName,
  applicationName,
  authenticationElements,
  keyName,
  namedObject,
  propertyTemplateElements,
} from './object-name.ts';
import { statusText, statusWord } from './status-word.ts';

/** What an APDU says, in words. */
export interface ApduExplained {
  readonly kind: 'command' | 'response';
  /** The command's name, also for its answer. */
  readonly name: string;
  readonly details: readonly string[];
  /** What does not fit the form, one clause. */
  readonly malformed?: string;
}
const names: Readonly<Record<number, string>> = {
  32: 'VERIFY',
  36: 'CHANGE REFERENCE DATA',
  44: 'RESET RETRY COUNTER',
  71: 'GENERATE ASYMMETRIC KEY PAIR',
  132: 'GET CHALLENGE',
  135: 'GENERAL AUTHENTICATE',
  164: 'SELECT',
  176: 'READ BINARY',
  178: 'READ RECORD',
  192: 'GET RESPONSE',
  202: 'GET DATA',
  203: 'GET DATA',
  219: 'PUT DATA',
  247: 'GET METADATA (Yubico)',
  248: 'GET SERIAL (Yubico)',
  249: 'ATTEST (Yubico)',
  253: 'GET VERSION (Yubico)',
};
/** References of PINs, SP 800-73-4 part 1 table 4a. */
const pins: Readonly<Record<number, string>> = {
  0: 'global PIN',
  128: 'application PIN',
  129: 'PIN unblocking key',
  150: 'primary finger',
  151: 'secondary finger',
  152: 'pairing code',
};
const CHAINING = 0x10;
/** The most that is put together of chains and of answers in parts: a capture is a stranger's. */
const MOST_JOINED = 0x1_0000;
const MOST_ELEMENTS = 32;
/** Values up to this are shown, all else by its length. */
const SHOWN = 16;

const octets = (count: number) => `${count} octet${count === 1 ? '' : 's'}`;
const hex = (value: number, digits = 2) => value.toString(16).padStart(digits, '0');
const shownHex = (value: Uint8Array) =>
  value.length === 0 ? 'empty' : value.length <= SHOWN ? toHex(value) : octets(value.length);
const texts = new Set([0x50, 0x5f50, 0x35]);

function element({ tag, value }: DataObject, elements: Readonly<Record<number, string>>, isSecret: boolean): string {
  const name = elements[tag] ?? `tag ${hex(tag)}`;
  if (isSecret) return value.length === 0 ? `${name} empty` : `${name} ${octets(value.length)}`;
  const isText = texts.has(tag) && elements[tag] !== undefined && value.length <= 64;
  return `${name} ${isText ? printableName(new TextDecoder('latin1').decode(value)) : shownHex(value)}`;
}
/** One level of a data object. */
function level(data: Uint8Array, tag: number, elements: Readonly<Record<number, string>>, isSecret = false): Partial<Read> {
  try {
    const r = new ByteReader(data);
    const object = readDataObject(r);
    if (r.left > 0) return { malformed: `${octets(r.left)} behind the data object` };
    if (object.tag !== tag) return { malformed: `a data object with tag ${hex(object.tag)} in place of ${hex(tag)}` };
    const parts = readDataObjects(new ByteReader(object.value), MOST_ELEMENTS);
    return { details: parts.map((part) => element(part, elements, isSecret)) };
  } catch (e) {
    if (e instanceof DecodeError) return { malformed: `data object: ${e.message}` };
    throw e;
  }
}
type Read = Omit<ApduExplained, 'kind' | 'name'>;

/** Octets that come in parts, up to a bound. */
class Joined {
  #writer = new ByteWriter();
  #over = false;
  add(part: Uint8Array): void {
    if (this.#over || MOST_JOINED < this.#writer.at + part.length) this.#over = true;
    else this.#writer.bytes(part);
  }
  get whole(): Uint8Array | undefined {
    return this.#over ? undefined : this.#writer.finish();
  }
}
interface Asked {
  readonly name: string;
  readonly command: CommandApdu | undefined;
  /** Tag that a GET DATA asked for. */
  readonly tag: number | undefined;
  readonly answer: Joined;
}

/**
 * Says what captured APDUs mean, in the order in which they passed: an answer is read for what was asked, and parts are put together.
 * Of what may be secret (PINs, blocks, signatures, deciphered keys) lengths alone are said.
 */
export class ApduExplanation {
  #asked: Asked | undefined;
  #chain: Joined | undefined;

  command(apdu: Uint8Array): ApduExplained {
    const [cla = 0, ins] = apdu;
    const name = ins === undefined ? 'command' : (names[ins] ?? `instruction ${hex(ins)}`);
    const command = readCommand(apdu);
    if (!command) {
      this.#asked = { name, command, tag: undefined, answer: new Joined() };
      const malformed = apdu.length < 4 ? `${octets(apdu.length)} are no command` : 'lengths in it fit no form of a command';
      return { kind: 'command', name, details: [octets(apdu.length)], malformed };
    }
    // Class and its bits, ISO/IEC 7816-4 5.1.1.
    const isLink = (cla & 0xe0) === 0 && (cla & CHAINING) !== 0;
    const plain = cla === 0 || cla === CHAINING ? [] : [`class ${hex(cla)}`];
    const read = this.#read(command, isLink);
    const tag = 'tag' in read ? read.tag : undefined;
    // GET RESPONSE goes on with what was asked before.
    if (command.ins !== 0xc0) this.#asked = { name, command, tag, answer: new Joined() };
    const { details, malformed } = read;
    const said = { kind: 'command', name, details: [...plain, ...details, ...(isLink ? ['more follows'] : [])] } as const;
    return malformed === undefined ? said : { ...said, malformed };
  }
  #read(command: CommandApdu, isLink: boolean): Read & { readonly tag?: number } {
    const { ins, p1, p2, data, le } = command;
    const chain = this.#chain;
    this.#chain = undefined;
    const parameters = `P1 P2 ${hex(p1)}${hex(p2)}`;
    switch (ins) {
      case 0xa4:
        return p1 === 0x04 ? selected(data) : { details: [parameters, ...(data.length > 0 ? [shownHex(data)] : [])] };
      case 0xcb:
        return asksFor(p1, p2, data);
      case 0xca:
        return { details: [`tag ${hex(p1)}${hex(p2)}`] };
      case 0xc0:
        return { details: [`up to ${octets(le)}`] };
      case 0x20:
        return { details: [pins[p2] ?? `reference ${hex(p2)}`, verification(p1, data.length)] };
      case 0x24:
      case 0x2c:
        return { details: [pins[p2] ?? `reference ${hex(p2)}`, `${octets(data.length)}, not shown`] };
      case 0x87:
        return this.#authenticate(command, isLink, chain);
      default:
        return { details: [parameters, ...(data.length > 0 ? [`${octets(data.length)} of data`] : [])] };
    }
  }
  #authenticate({ p1, p2, data }: CommandApdu, isLink: boolean, chain = new Joined()): Read {
    chain.add(data);
    const key = keyName(p2);
    const about = [algorithmName(p1) ?? `algorithm ${hex(p1)}`, `key ${hex(p2)}${key === undefined ? '' : ` (${key})`}`];
    if (isLink) {
      this.#chain = chain;
      return { details: [...about, octets(data.length)] };
    }
    const { whole } = chain;
    if (!whole) return { details: about, malformed: `a chain of more than ${octets(MOST_JOINED)}` };
    const { details = [], malformed } = level(whole, 0x7c, authenticationElements, true);
    return { details: [...about, ...details], ...(malformed === undefined ? {} : { malformed }) };
  }
  response(apdu: Uint8Array): ApduExplained {
    const asked = this.#asked;
    const said = { kind: 'response', name: asked?.name ?? 'response' } as const;
    if (apdu.length < 2) return { ...said, details: [octets(apdu.length)], malformed: 'there is no status word' };
    const status = new ByteReader(apdu.subarray(-2)).u16();
    const data = apdu.subarray(0, -2);
    const details = [answerText(status), ...(data.length > 0 ? [octets(data.length)] : [])];
    if (!asked) return { ...said, details };
    asked.answer.add(data);
    const { whole } = asked.answer;
    if (status !== statusWord.success || !whole || whole.length === 0) return { ...said, details };
    const { details: more = [], malformed } = contents(asked, whole);
    const all = {
      ...said,
      details: [...details, ...(data.length < whole.length ? [`${octets(whole.length)} in all`] : []), ...more],
    };
    return malformed === undefined ? all : { ...all, malformed };
  }
}
function selected(identifier: Uint8Array): Read {
  const shown = toHex(identifier.subarray(0, SHOWN));
  const name = applicationName(shown);
  return { details: [shown || 'no identifier', ...(name === undefined ? [] : [name])] };
}
/** A tag list with one tag, SP 800-73-4 part 2 3.1.2. */
function asksFor(p1: number, p2: number, data: Uint8Array): Read & { readonly tag?: number } {
  const [list, length, ...tag] = data;
  if (p1 !== 0x3f || p2 !== 0xff) return { details: [`P1 P2 ${hex(p1)}${hex(p2)}`, octets(data.length)] };
  if (list !== 0x5c || length !== tag.length || tag.length < 1 || 3 < tag.length) {
    return { details: [octets(data.length)], malformed: 'no tag list with one tag' };
  }
  const number = tag.reduce((all, octet) => all * 256 + octet, 0);
  return { details: [hex(number), namedObject(number)?.name ?? 'no object of PIV'], tag: number };
}
function verification(p1: number, length: number): string {
  if (p1 === 0xff) return 'to be forgotten';
  return length === 0 ? 'asks for the tries left' : `${octets(length)}, not shown`;
}
function answerText(status: number): string {
  if (status === statusWord.success) return '9000, done';
  const low = status & 0xff;
  if ((status & 0xff00) === statusWord.moreData)
    return `${hex(status, 4)}, ${low === 0 ? '256 octets or more' : octets(low)} left`;
  if ((status & 0xff00) === 0x6c00) return `${hex(status, 4)}, the length is wrong, ${octets(low)} are there`;
  return statusText(status);
}
/** What a whole answer holds. */
function contents({ command, tag }: Asked, whole: Uint8Array): Partial<Read> {
  const ins = command?.ins;
  if (ins === 0xa4) return whole[0] === 0x61 ? level(whole, 0x61, propertyTemplateElements) : {};
  if (ins === 0x87) return level(whole, 0x7c, authenticationElements, true);
  const object = tag === undefined ? undefined : namedObject(tag);
  if (!object || tag === undefined) return {};
  return level(whole, tag === 0x7e || tag === 0x7f61 ? tag : 0x53, object.elements);
}
/** One line. */
export const apduLine = ({ kind, name, details, malformed }: ApduExplained): string =>
  `${kind === 'command' ? '>' : '<'} ${name}: ${details.join(', ')}${malformed === undefined ? '' : ` (malformed: ${malformed})`}`;
