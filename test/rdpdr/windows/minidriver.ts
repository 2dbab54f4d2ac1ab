import {
  constants,
  createHash,
  type KeyObject,
  publicDecrypt,
  publicEncrypt,
  randomBytes,
  verify,
  X509Certificate,
} from 'node:crypto';
import type { Host } from './device.ts';
import { must } from './octets.ts';
import { octets, same, type WindowsProcess } from './process.ts';

/** What the in-box class minidriver for PIV, and the provider above it, do with a card; SP 800-73-4. */

const SELECT = octets('00a4040009a00000030800001000');
const item = 'Cached_CardmodFile\\Cached_';
/** An item of the Base CSP's cache: version 1, freshness of PIN, containers and files, the length of what follows. */
const withHeader = (data: Uint8Array): Uint8Array => {
  const header = Buffer.alloc(16);
  header[0] = 1;
  header.writeUInt32LE(data.length, 12);
  return new Uint8Array(Buffer.concat([header, data]));
};
const dword = (value: number) => Uint8Array.of(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24);
function* just(data: Uint8Array): Host<Uint8Array> {
  yield* [];
  return data;
}

/** A BER-TLV of the card's with a tag of one octet. */
function tlvIn(whole: Uint8Array, tag: number, what: string): { readonly value: Uint8Array; readonly rest: Uint8Array } {
  const [got, first = 0] = whole;
  must(got === tag, `${what}: tag ${got?.toString(16)} where ${tag.toString(16)} belongs`);
  const more = first < 0x80 ? 0 : first - 0x80;
  must(more <= 2, `${what}: a length of ${more} octets`);
  const length = more === 0 ? first : whole.subarray(2, 2 + more).reduce((all, octet) => all * 256 + octet, 0);
  const end = 2 + more + length;
  must(end <= whole.length, `${what}: shorter than it says`);
  return { value: whole.subarray(2 + more, end), rest: whole.subarray(end) };
}
export function* select(process: WindowsProcess): Host<void> {
  const { data, status } = yield* process.gather(SELECT);
  must(status === '9000', `SELECT answered ${status}`);
  const { value, rest } = tlvIn(data, 0x61, 'application property template');
  must(rest.length === 0 && same(value.subarray(0, 8), octets('4f06000010000100')), 'another application');
}
function* object(process: WindowsProcess, tag: string): Host<Uint8Array | undefined> {
  const { data, status } = yield* process.gather(octets(`00cb3fff055c03${tag}00`));
  if (status === '6a82') return undefined;
  must(status === '9000', `GET DATA ${tag} answered ${status}`);
  const { value, rest } = tlvIn(data, 0x53, tag);
  must(rest.length === 0, `${tag}: octets behind the object`);
  return value;
}
/** Its GUID, by which the cache knows the card. */
export function* cardIdentifier(process: WindowsProcess): Host<Uint8Array> {
  const chuid = yield* object(process, '5fc102');
  must(chuid?.length === 59, 'a CHUID of 59 octets');
  must(chuid[0] === 0x30 && chuid[1] === 25 && chuid[27] === 0x34 && chuid[28] === 16, 'CHUID: FASC-N and GUID');
  must(chuid[45] === 0x35 && chuid[46] === 8 && /^2\d{7}$/.test(Buffer.from(chuid.subarray(47, 55)).toString()), 'CHUID: expiry');
  must(same(chuid.subarray(55), octets('3e00fe00')), 'CHUID: signature and check');
  return chuid.slice(29, 45);
}
function* certificate(process: WindowsProcess): Host<Uint8Array> {
  const found = yield* object(process, '5fc105');
  must(found !== undefined, 'there is no certificate');
  const { value, rest } = tlvIn(found, 0x70, 'certificate object');
  must(same(rest, octets('710100fe00')), 'certificate object: not compressed, and a check');
  return value.slice();
}
function* absent(process: WindowsProcess, tag: string): Host<Uint8Array> {
  must((yield* object(process, tag)) === undefined, `${tag} is there`);
  return withHeader(new Uint8Array());
}
/** The container that the certificate's object stands for: GUID text whose last octets are the object's tag. */
export function containerName(guid: Uint8Array): string {
  const at = (...places: readonly number[]) => places.map((i) => (guid[i] ?? 0).toString(16).padStart(2, '0')).join('');
  return `${at(3, 2, 1, 0)}-${at(5, 4)}-${at(7, 6)}-${at(8, 9)}-${at(10, 11, 12)}5fc105`;
}
function containerMap(guid: Uint8Array): Uint8Array {
  const record = Buffer.alloc(86);
  record.write(containerName(guid), 'utf16le');
  record[80] = 3;
  record.writeUInt16LE(2048, 84);
  return new Uint8Array(record);
}
/** PUBLICKEYBLOB of a key for exchange. */
function publicKeyBlob(key: KeyObject): Uint8Array {
  const modulus = Buffer.from(key.export({ format: 'jwk' }).n ?? '', 'base64url').reverse();
  const head = octets('0602000000a40000525341310008000001000100');
  return new Uint8Array(Buffer.concat([head, modulus]));
}

/** Finds out what the card is and what is on it, through the cache. Returns the certificate. */
export function* enumerate(process: WindowsProcess): Host<Uint8Array> {
  const { cached, readCache } = { cached: process.cached.bind(process), readCache: process.readCache.bind(process) };
  for (const name of ['Pin', 'File', 'Container']) yield* readCache(`${item}${name}_Freshness`);
  for (const [name, value] of [
    ['Read Only Mode_0', 1],
    ['Cache Mode_0', 1],
    ['Supports Windows x.509 Enrollment_0', 0],
  ] as const)
    yield* cached(`Cached_CardProperty_${name}`, () => just(dword(value)));
  yield* process.status(32);
  yield* readCache('Cached_GeneralFile/mscp/cmapfile');
  yield* cached(`${item}PIV_Authentication_Key`, () => certificate(process));
  for (const [name, tag] of [
    ['PIV_Signature_Key', '5fc10a'],
    ['PIV_Key_Management_Key', '5fc10b'],
    ['PIV_Card_Authentication_Key', '5fc101'],
  ] as const)
    yield* cached(`${item}${name}`, () => absent(process, tag));
  yield* absent(process, '5fc10c');
  const map = yield* cached(`${item}CMAPFile`, () => just(containerMap(process.card)), true);
  yield* cached('Cached_GeneralFile/mscp/cmapfile', () => just(withHeader(map)));
  const der = yield* cached(`${item}PIV_Authentication_Key`, () => certificate(process));
  const key = new X509Certificate(der).publicKey;
  yield* cached('Cached_ContainerProperty_PIN Identifier_0', () => just(dword(1)));
  yield* cached('Cached_ContainerInfo_00', () => just(withHeader(publicKeyBlob(key))));
  yield* cached('Cached_GeneralFile/mscp/kxc00', () => just(withHeader(der)));
  yield* cached('Cached_CardProperty_Capabilities_0', () => just(octets('010000000100000000000000')));
  return der;
}

/** VERIFY; its status word. */
export function* verifyPin(process: WindowsProcess, pin: string): Host<string> {
  const padded = Buffer.alloc(8, 0xff);
  padded.write(pin, 'latin1');
  const { status } = yield* process.transmit(new Uint8Array(Buffer.concat([octets('0020008008'), padded])));
  return status;
}
/** GENERAL AUTHENTICATE with key 9A over a whole block, in two links and a GET RESPONSE; the status word where it is refused. */
export function* operate(process: WindowsProcess, block: Uint8Array): Host<Uint8Array | string> {
  const template = new Uint8Array(Buffer.concat([octets('7c8201068200 81820100'), block]));
  const link = yield* process.transmit(new Uint8Array(Buffer.concat([octets('1087079af0'), template.subarray(0, 240)])));
  if (link.status !== '9000') return link.status;
  const last = Buffer.concat([octets('0087079a1a'), template.subarray(240), octets('00')]);
  const first = yield* process.transmit(new Uint8Array(last));
  if (first.status !== '6108') return first.status;
  must(first.data.length === 256 && same(first.data.subarray(0, 8), octets('7c82010482820100')), 'the answer of an operation');
  const rest = yield* process.transmit(octets('00c0000008'));
  must(rest.status === '9000' && rest.data.length === 8, 'the rest of an operation');
  return new Uint8Array(Buffer.concat([first.data.subarray(8), rest.data]));
}
const digestInfo = { sha1: '3021300906052b0e03021a05000414', sha256: '3031300d060960864801650304020105000420' };

/** A signature over random data, padded here as PKCS #1 has it, and checked. */
export function* sign(process: WindowsProcess, der: Uint8Array, hash: 'sha1' | 'sha256'): Host<string> {
  const data = randomBytes(64);
  const info = Buffer.concat([octets(digestInfo[hash]), createHash(hash).update(data).digest()]);
  const padding = Buffer.concat([Uint8Array.of(0, 1), Buffer.alloc(253 - info.length, 0xff), Uint8Array.of(0)]);
  const signature = yield* operate(process, new Uint8Array(Buffer.concat([padding, info])));
  if (typeof signature === 'string') return signature;
  const key = new X509Certificate(der).publicKey;
  must(verify(hash, data, key, signature), 'a signature that does not verify');
  must(same(publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature), info), 'another block was signed');
  return '9000';
}
/** A secret of 24 octets in a block of type 2, as a KDC without Diffie-Hellman sends its key. */
export function* decrypt(process: WindowsProcess, der: Uint8Array): Host<string> {
  const secret = randomBytes(24);
  const { publicKey: key } = new X509Certificate(der);
  const block = yield* operate(process, new Uint8Array(publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, secret)));
  if (typeof block === 'string') return block;
  must(block[0] === 0 && block[1] === 2 && block[231] === 0 && same(block.subarray(232), secret), 'another secret');
  return '9000';
}
