import type { Codec, Value } from '../wire/codec.ts';
import { type ByteReader, type ByteWriter, DecodeError } from '../wire/cursor.ts';
import { requestFlag } from './negotiation-code.ts';
import { octets, padding, record, u8, u16, u32 } from './record.ts';
import { tpduCode, x224Connection } from './x224.ts';

/** Type octet of the structures that follow a connection request's or confirm's lines. */
const REQUEST = 0x01;
const RESPONSE = 0x02;
const FAILURE = 0x03;
const CORRELATION = 0x06;
const LENGTH = 8;
const CORRELATION_LENGTH = 36;

/** An RDP_NEG_REQ, _RSP or _FAILURE behind its type: flags, length, and one number. */
const fields = record({ flags: u8, length: u16, value: u32 });
function readFields(r: ByteReader): Value<typeof fields> {
  const at = r.at;
  const got = fields.read(r);
  if (got.length !== LENGTH) throw new DecodeError(`length ${got.length}, not ${LENGTH}`, at + 1);
  return got;
}
const writeFields = (w: ByteWriter, type: number, flags: number, value: number) => {
  w.u8(type);
  fields.write(w, { flags, length: LENGTH, value });
};

/** RDP_NEG_CORRELATION_INFO, [MS-RDPBCGR] 2.2.1.1.2: an id that goes into the host's event log. */
const correlationInfo = record({ flags: u8, length: u16, correlationId: octets(16), reserved: padding(16) });
export interface CorrelationInfo {
  readonly correlationId: Uint8Array;
  readonly reserved?: Uint8Array | undefined;
}

/** X.224 connection request, 2.2.1.1. */
export interface ConnectionRequest {
  readonly destination: number;
  readonly source: number;
  readonly classOption: number;
  /** Any line for a load balancer, without its CRLF; one character for one octet. */
  readonly routingToken?: string;
  /** The rest of the line `Cookie: mstshash=`. */
  readonly cookie?: string;
  /** Absent: the client knows standard RDP security only. */
  readonly negotiation?: { readonly flags: number; readonly protocols: number };
  readonly correlation?: CorrelationInfo;
}
const COOKIE = 'Cookie: mstshash=';
const [CR, LF] = [0x0d, 0x0a];

/** One line, one character for one octet: whoever reads it may not lose what a stranger put there. */
function readLine(r: ByteReader): string {
  let line = '';
  for (let octet = r.u8(); octet !== CR; octet = r.u8()) {
    if (octet === LF) throw new DecodeError('a line feed within a line', r.at - 1);
    line += String.fromCharCode(octet);
  }
  if (r.u8() !== LF) throw new DecodeError('a carriage return within a line', r.at - 2);
  return line;
}
function writeLine(w: ByteWriter, line: string): void {
  for (const character of line) {
    const octet = character.charCodeAt(0);
    if (0xff < octet || octet === CR || octet === LF) throw w.fail('a line holds a character that it cannot');
    w.u8(octet);
  }
  w.u8(CR).u8(LF);
}
type Lines = Pick<ConnectionRequest, 'routingToken' | 'cookie'>;
/** A routing token, a cookie, or both in this order: they should not come together, and do no harm when they do (3.3.5.3.1). */
function readLines(r: ByteReader): Lines {
  const lines: { routingToken?: string; cookie?: string } = {};
  while (r.left > 0 && r.peek() !== REQUEST) {
    const at = r.at;
    const line = readLine(r);
    if (lines.cookie !== undefined) throw new DecodeError('a line behind the cookie', at);
    if (line.startsWith(COOKIE)) lines.cookie = line.slice(COOKIE.length);
    else if (lines.routingToken === undefined) lines.routingToken = line;
    else throw new DecodeError('a second routing token', at);
  }
  return lines;
}
function readCorrelation(r: ByteReader): CorrelationInfo {
  const at = r.at;
  const type = r.u8();
  const { flags, length, ...info } = correlationInfo.read(r);
  if (type !== CORRELATION || flags !== 0 || length !== CORRELATION_LENGTH) throw new DecodeError('not correlation info', at);
  return info;
}
type Variable = Omit<ConnectionRequest, 'destination' | 'source' | 'classOption'>;
const requestVariable: Codec<Variable> = {
  read(r) {
    const lines = readLines(r);
    if (r.left === 0) return lines;
    r.u8();
    const { flags, value } = readFields(r);
    const negotiation = { flags, protocols: value };
    const correlated = (flags & requestFlag.correlationInfoPresent) !== 0;
    const variable = correlated ? { ...lines, negotiation, correlation: readCorrelation(r) } : { ...lines, negotiation };
    if (r.left > 0) throw r.fail(`${r.left} bytes left over`);
    return variable;
  },
  write(w, { routingToken, cookie, negotiation, correlation }) {
    if (routingToken?.startsWith(COOKIE)) throw w.fail('a routing token that reads as a cookie');
    if (routingToken?.startsWith(String.fromCharCode(REQUEST))) throw w.fail('a routing token that reads as a request');
    if (routingToken !== undefined) writeLine(w, routingToken);
    if (cookie !== undefined) writeLine(w, COOKIE + cookie);
    const correlated = ((negotiation?.flags ?? 0) & requestFlag.correlationInfoPresent) !== 0;
    if (correlated !== (correlation !== undefined)) throw w.fail('correlation info and its flag do not go together');
    if (negotiation) writeFields(w, REQUEST, negotiation.flags, negotiation.protocols);
    if (correlation) {
      w.u8(CORRELATION);
      correlationInfo.write(w, { flags: 0, length: CORRELATION_LENGTH, ...correlation });
    }
  },
};
const request = x224Connection(tpduCode.connectionRequest, requestVariable);
export const connectionRequest: Codec<ConnectionRequest> = {
  read(r) {
    const { variable, ...header } = request.read(r);
    return { ...header, ...variable };
  },
  write(w, { destination, source, classOption, ...variable }) {
    request.write(w, { destination, source, classOption, variable });
  },
};

/** What a host says: RDP_NEG_RSP or RDP_NEG_FAILURE, 2.2.1.2.1 and 2.2.1.2.2. */
export type NegotiationAnswer =
  | { readonly kind: 'response'; readonly flags: number; readonly protocol: number }
  | { readonly kind: 'failure'; readonly flags: number; readonly code: number };
/** X.224 connection confirm, 2.2.1.2. */
export interface ConnectionConfirm {
  readonly destination: number;
  readonly source: number;
  readonly classOption: number;
  /** Absent: the host knows standard RDP security only. */
  readonly answer?: NegotiationAnswer;
}
const confirmVariable: Codec<Pick<ConnectionConfirm, 'answer'>> = {
  read(r) {
    if (r.left === 0) return {};
    const at = r.at;
    const type = r.u8();
    if (type !== RESPONSE && type !== FAILURE) throw new DecodeError(`negotiation structure of type ${type}`, at);
    const { flags, value } = readFields(r);
    if (r.left > 0) throw r.fail(`${r.left} bytes left over`);
    return { answer: type === RESPONSE ? { kind: 'response', flags, protocol: value } : { kind: 'failure', flags, code: value } };
  },
  write(w, { answer }) {
    if (answer?.kind === 'response') writeFields(w, RESPONSE, answer.flags, answer.protocol);
    if (answer?.kind === 'failure') writeFields(w, FAILURE, answer.flags, answer.code);
  },
};
const confirm = x224Connection(tpduCode.connectionConfirm, confirmVariable);
export const connectionConfirm: Codec<ConnectionConfirm> = {
  read(r) {
    const { variable, ...header } = confirm.read(r);
    return { ...header, ...variable };
  },
  write(w, { destination, source, classOption, ...variable }) {
    confirm.write(w, { destination, source, classOption, variable });
  },
};
