import { type Codec, decode, encode, named } from '../wire/codec.ts';
import { type ByteReader, ByteWriter } from '../wire/cursor.ts';
import type { Credential } from './credential.ts';
import type { Principal } from './principal-name.ts';

/** A credential cache file: whose it is, and the tickets in it. */
export interface CredentialCache {
  readonly principal: Principal;
  readonly credentials: readonly Credential[];
  /** Seconds that the KDC's clock is ahead, for those who use the cache. */
  readonly deltaTime?: number | undefined;
}
/** FILE format version 4 of MIT Kerberos ("Credential cache file format"): big-endian throughout. */
const VERSION_4 = 0x0504;
const MOST_CREDENTIALS = 64;
const MOST_COMPONENTS = 16;
const MOST_OCTETS = 0x1_0000;
/** Tag of the one header field there is: seconds and microseconds, signed. */
const DELTA_TIME = 1;
/** Realm of entries that are configuration and no tickets. */
const CONFIGURATION = 'X-CACHECONF:';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const counted = (w: ByteWriter, octets: Uint8Array) => w.u32(octets.length).bytes(octets);
const writeText = (w: ByteWriter, text: string) => counted(w, new TextEncoder().encode(text));
function readCounted(r: ByteReader): Uint8Array {
  const length = r.u32();
  if (MOST_OCTETS < length) throw r.fail(`over ${MOST_OCTETS} octets`);
  return r.bytes(length);
}
function readText(r: ByteReader): string {
  const octets = readCounted(r);
  try {
    return utf8.decode(octets);
  } catch {
    throw r.fail('text is not UTF-8');
  }
}
function readMany<T>(r: ByteReader, atMost: number, read: () => T): T[] {
  const count = r.u32();
  if (atMost < count) throw r.fail(`more than ${atMost} items`);
  return Array.from({ length: count }, read);
}

const principal: Codec<Principal> = {
  read(r) {
    const nameType = r.u32() | 0;
    const count = r.u32();
    if (MOST_COMPONENTS < count) throw r.fail(`more than ${MOST_COMPONENTS} components`);
    const realm = readText(r);
    return { realm, name: { nameType, nameString: Array.from({ length: count }, () => readText(r)) } };
  },
  write(w, { realm, name }) {
    w.u32(name.nameType).u32(name.nameString.length);
    writeText(w, realm);
    for (const component of name.nameString) writeText(w, component);
  },
};
const credential: Codec<Credential> = {
  read(r) {
    const client = named('client', () => principal.read(r));
    const server = named('server', () => principal.read(r));
    const etype = r.u16();
    const value = named('key', () => readCounted(r));
    const [authTime, startTime, endTime, renewTill] = [r.u32(), r.u32(), r.u32(), r.u32()];
    r.u8();
    const flags = r.u32();
    // Addresses and authorization data: a type and octets each, none of them ours.
    for (const field of ['addresses', 'authdata'])
      named(field, () =>
        readMany(r, MOST_COMPONENTS, () => {
          r.u16();
          return readCounted(r);
        }),
      );
    const ticket = named('ticket', () => readCounted(r));
    named('second ticket', () => readCounted(r));
    const times = { authTime, startTime, endTime, renewTill: renewTill || undefined };
    return { client, server, key: { etype, value }, ticket, flags, ...times };
  },
  write(w, { client, server, key, ticket, flags, authTime, startTime, endTime, renewTill = 0 }) {
    principal.write(w, client);
    principal.write(w, server);
    counted(w.u16(key.etype), key.value);
    for (const time of [authTime, startTime, endTime, renewTill]) w.u32(time);
    w.u8(0).u32(flags).u32(0).u32(0);
    counted(w, ticket).u32(0);
  },
};
function readHeader(r: ByteReader): number | undefined {
  const fields = r.sub(r.u16());
  let deltaTime: number | undefined;
  while (fields.left > 0) {
    const tag = fields.u16();
    const field = fields.sub(fields.u16());
    if (tag === DELTA_TIME) deltaTime = field.u32() | 0;
  }
  return deltaTime;
}
function header(deltaTime: number | undefined): Uint8Array {
  const w = new ByteWriter();
  if (deltaTime !== undefined) w.u16(DELTA_TIME).u16(8).u32(deltaTime).u32(0);
  return w.finish();
}
const cache: Codec<CredentialCache> = {
  read(r) {
    if (r.u16() !== VERSION_4) throw r.fail('not a credential cache of version 4');
    const deltaTime = named('header', () => readHeader(r));
    const owner = named('principal', () => principal.read(r));
    const entries: Credential[] = [];
    while (r.left > 0) {
      if (entries.length === MOST_CREDENTIALS) throw r.fail(`more than ${MOST_CREDENTIALS} credentials`);
      entries.push(named(String(entries.length), () => credential.read(r)));
    }
    const credentials = entries.filter(({ server }) => server.realm !== CONFIGURATION);
    return { principal: owner, credentials, ...(deltaTime === undefined ? {} : { deltaTime }) };
  },
  write(w, { principal: owner, credentials, deltaTime }) {
    const fields = header(deltaTime);
    w.u16(VERSION_4).u16(fields.length).bytes(fields);
    principal.write(w, owner);
    for (const each of credentials) credential.write(w, each);
  },
};
/** A bearer's secret from the first octet to the last: mode 0600 at the least, and wiped here when written. */
export const encodeCredentialCache = (value: CredentialCache): Uint8Array => encode(cache, value);
/** @throws DecodeError */
export const decodeCredentialCache = (bytes: Uint8Array): CredentialCache => decode(cache, bytes);
