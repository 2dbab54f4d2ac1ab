/**
 * THE table of rings: which folder of `src` may import what. `scripts/rings/biome.ts` turns it into Biome's rules,
 * `test/rings/` plants a violation of each. A folder that is not in the table may import nothing at all.
 */
export type Folder = {
  readonly name: string;
  readonly ring: 0 | 1 | 2 | 3;
  /** Folders of `src` that it may import besides its own files; a type-only import counts as an import. */
  readonly imports: readonly string[];
  /** Packages and Node modules it may import; 'any' leaves the reserved ones of `reserved` out. */
  readonly packages: readonly string[] | 'any';
  /** 'pure' takes clock, randomness, process and network away as globals; 'host' only the ways around the import rules. */
  readonly globals: 'pure' | 'host';
};

const X509_LIBRARIES = ['@peculiar/x509', 'pkijs', 'asn1js', 'reflect-metadata'] as const;

const bytes = ['wire'] as const;
const protocol = ['codes', 'crypto', 'x509', 'piv', 'kerberos', 'credssp', 'rdp', 'rdpdr'] as const;
const domain = ['pki', 'policy', 'journal'] as const;
const service = ['custody', 'session'] as const;
const adapters = ['ca', 'net', 'directory', 'store', 'config'] as const;
const applications = ['gateway', 'api', 'doctor', 'web', 'cli'] as const;

const inner: readonly string[] = [...bytes, ...protocol, ...domain, ...service];

/** Everything to the left in its row, and the rows within. */
function leftOf(name: string): readonly string[] {
  return inner.slice(0, inner.indexOf(name));
}

const pure = (name: string, imports: readonly string[], packages: readonly string[] = []): Folder => {
  return { name, ring: name === 'wire' ? 0 : 1, imports, packages, globals: 'pure' };
};

export const folders: readonly Folder[] = [
  pure('wire', []),
  // What the numbers of others mean: whoever reads one looks it up there.
  pure('codes', leftOf('codes')),
  pure('crypto', leftOf('crypto'), ['node:crypto']),
  pure('x509', leftOf('x509'), X509_LIBRARIES),
  pure('piv', leftOf('piv')),
  pure('kerberos', leftOf('kerberos')),
  pure('credssp', leftOf('credssp')),
  pure('rdp', leftOf('rdp')),
  pure('rdpdr', leftOf('rdpdr')),
  // The domain needs certificates, not the card, Kerberos or RDP.
  pure('pki', ['wire', 'crypto', 'x509'], [...X509_LIBRARIES, 'typebox', 'typebox/value']),
  pure(
    'policy',
    ['wire', 'crypto', 'x509', 'pki'],
    ['typebox', 'typebox/value', '@cedar-policy/cedar-wasm', '@cedar-policy/cedar-wasm/nodejs'],
  ),
  pure('journal', ['wire', 'crypto', 'x509', 'pki', 'policy'], ['typebox', 'typebox/value']),
  { name: 'custody', ring: 2, imports: leftOf('custody'), packages: 'any', globals: 'host' },
  // session/ declares its ports: clock, randomness, store, directory and CA come in as arguments.
  {
    name: 'session',
    ring: 2,
    imports: ['wire', 'crypto', ...domain, 'custody'],
    packages: ['typebox', 'typebox/value'],
    globals: 'pure',
  },
  ...adapters
    .filter((name) => name !== 'config')
    .map((name): Folder => ({ name, ring: 3, imports: inner, packages: 'any', globals: 'host' })),
  // The API from the other side: it knows its OpenAPI document, and nothing of the service.
  { name: 'client', ring: 3, imports: ['wire'], packages: 'any', globals: 'host' },
  { name: 'config', ring: 3, imports: ['wire', 'pki', 'policy'], packages: 'any', globals: 'host' },
  ...applications.map((name): Folder => ({ name, ring: 3, imports: inner, packages: 'any', globals: 'host' })),
];

/** Where adapters and applications are put together: they may import every folder. */
export const composers: readonly string[] = ['src/cli/main.ts', 'src/cli/commands/*.ts'];

/** The plain entry, which looks for main beside itself, as a source or in a build: its import() is computed. */
export const ENTRY = 'src/cli/mayfly.js';

/** Modules that few may import, by the words a refusal says. Composers are named by their glob. */
export const reserved: readonly {
  readonly modules: readonly string[];
  readonly only: readonly string[];
  readonly says: string;
}[] = [
  {
    modules: ['node:crypto', 'crypto'],
    only: ['crypto', 'custody', 'ca', 'src/cli/commands/*.ts'],
    says: 'only crypto/, custody/, ca/ and cli/commands/ import node:crypto',
  },
  { modules: X509_LIBRARIES, only: ['x509', 'pki', 'ca'], says: 'only x509/, pki/ and ca/ import the X.509 libraries' },
  // Each of these hands out modules that no import rule sees.
  {
    modules: ['node:module', 'module', 'node:vm', 'vm', 'node:process', 'process', 'node:repl', 'repl'],
    only: [],
    says: 'node:module, node:vm, node:process and node:repl lead around the import rules',
  },
];

/** crypto/ may use no more of node:crypto than this: nothing that draws randomness or generates keys. */
export const CRYPTO_NAMES: readonly string[] = [
  'constants',
  'createCipheriv',
  'createDecipheriv',
  'createECDH',
  'createHash',
  'createHmac',
  'createPrivateKey',
  'createPublicKey',
  'createSecretKey',
  'createSign',
  'createVerify',
  'createDiffieHellman',
  'createDiffieHellmanGroup',
  'diffieHellman',
  'getDiffieHellman',
  'hash',
  'hkdfSync',
  'pbkdf2',
  'pbkdf2Sync',
  'privateDecrypt',
  'publicEncrypt',
  'scrypt',
  'scryptSync',
  'sign',
  'timingSafeEqual',
  'verify',
  'Cipher',
  'CipherGCM',
  'Decipher',
  'DecipherGCM',
  'DiffieHellman',
  'Hash',
  'Hmac',
  'JsonWebKey',
  'KeyObject',
  'X509Certificate',
];

/** The one file of the pure rings that may use `Date`: the libraries want Date objects for Unix seconds. */
export const LIBRARY_DATE = 'src/x509/library-date.ts';

/** Globals refused in all of `src`: each leads around the import rules. */
const LOOPHOLES: Readonly<Record<string, string>> = {
  require: 'modules are imported, so that the ring rules see them',
  module: 'modules are imported, so that the ring rules see them',
  globalThis: 'a global is used by its own name, so that the ring rules see it',
  global: 'a global is used by its own name, so that the ring rules see it',
  eval: 'no code from strings',
  Function: 'no code from strings; a function type is written as its signature',
  crypto: 'randomness and keys come from node:crypto, which only crypto/, custody/ and ca/ import',
};

const CLOCK = 'no clock here: the time is asked for or passed in';
const RANDOM = 'no randomness here: it is asked for or passed in';
const INPUT_OUTPUT = 'no input or output here: a conversation asks for it';

/** Globals refused in the pure folders besides the loopholes. */
const IMPURE: Readonly<Record<string, string>> = {
  process: INPUT_OUTPUT,
  console: INPUT_OUTPUT,
  fetch: INPUT_OUTPUT,
  WebSocket: INPUT_OUTPUT,
  EventSource: INPUT_OUTPUT,
  Worker: INPUT_OUTPUT,
  BroadcastChannel: INPUT_OUTPUT,
  MessageChannel: INPUT_OUTPUT,
  WebAssembly: INPUT_OUTPUT,
  localStorage: INPUT_OUTPUT,
  sessionStorage: INPUT_OUTPUT,
  navigator: INPUT_OUTPUT,
  Date: CLOCK,
  Temporal: CLOCK,
  Intl: CLOCK,
  performance: CLOCK,
  AbortSignal: CLOCK,
  Atomics: CLOCK,
  setTimeout: CLOCK,
  setInterval: CLOCK,
  setImmediate: CLOCK,
  clearTimeout: CLOCK,
  clearInterval: CLOCK,
  clearImmediate: CLOCK,
  // lastModified, timeStamp and startTime are the time these were made.
  File: CLOCK,
  Event: CLOCK,
  CustomEvent: CLOCK,
  MessageEvent: CLOCK,
  PerformanceMark: CLOCK,
  PerformanceObserver: CLOCK,
  webcrypto: RANDOM,
  // The boundary between the parts of a form is random.
  Request: RANDOM,
  Response: RANDOM,
  FormData: RANDOM,
  Reflect: 'a property is read by its own name, so that the ring rules see it',
};

export const hostGlobals: Readonly<Record<string, string>> = LOOPHOLES;
export const pureGlobals: Readonly<Record<string, string>> = { ...LOOPHOLES, ...IMPURE };
