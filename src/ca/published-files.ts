import { readFile, stat } from 'node:fs/promises';
import type { UnixSeconds } from '../wire/der-time.ts';
import { toHex } from '../wire/hex.ts';
import { readCrlTimes } from '../x509/crl.ts';
import { type CaFolder, caFolder, caNames } from './ca-folder.ts';
import { fromPem } from './pem.ts';

/** Seconds for which a CRL may be kept, where it does not end before; a revocation is known to everybody after that. */
const CRL_KEPT = 300;
const CERTIFICATE_KEPT = 24 * 3600;
/** Milliseconds between two looks for CAs: whoever asks for keys that are not there makes nobody read folders. */
const LOOK = 5000;

/** CRL and certificate of every CA of a data folder, roots above them too, by key id. */
export class PublishedFiles {
  readonly #home: string;
  readonly #clock: () => UnixSeconds;
  #folders: Promise<ReadonlyMap<string, CaFolder>> | undefined;
  #looked = Number.NEGATIVE_INFINITY;

  constructor(home: string, clock: () => UnixSeconds) {
    this.#home = home;
    this.#clock = clock;
  }
  /** DER, with the seconds for which it may be kept. Undefined: there is no such CA, or it has none yet. */
  async find(
    kind: 'crl' | 'ca',
    keyId: string,
  ): Promise<{ readonly content: Uint8Array; readonly modified: UnixSeconds; readonly fresh: number } | undefined> {
    const folder = (await this.#known()).get(keyId);
    if (!folder) return undefined;
    if (kind === 'ca') {
      const modified = Math.floor((await stat(folder.certificateFile)).mtimeMs / 1000);
      const content = fromPem('CERTIFICATE', await readFile(folder.certificateFile, 'utf8'));
      return { content, modified, fresh: CERTIFICATE_KEPT };
    }
    const content = await readFile(folder.crlFile).catch(() => undefined);
    if (!content) return undefined;
    const { thisUpdate, nextUpdate } = readCrlTimes(content);
    const left = nextUpdate === undefined ? CRL_KEPT : nextUpdate - this.#clock();
    return { content, modified: thisUpdate, fresh: Math.max(0, Math.min(CRL_KEPT, left)) };
  }
  #known(): Promise<ReadonlyMap<string, CaFolder>> {
    const now = performance.now();
    if (!this.#folders || LOOK <= now - this.#looked) {
      this.#looked = now;
      this.#folders = foldersByKey(this.#home);
    }
    return this.#folders;
  }
}
async function foldersByKey(home: string): Promise<ReadonlyMap<string, CaFolder>> {
  const found = new Map<string, CaFolder>();
  for (const name of await caNames(home)) {
    const folder = caFolder(home, name);
    for (const each of [folder, folder.root]) {
      // One without a certificate yet, or a damaged one, keeps no other from being served.
      const certificate = await each.readCertificate().catch(() => undefined);
      if (certificate) found.set(toHex(certificate.keyId), each);
    }
  }
  return found;
}
