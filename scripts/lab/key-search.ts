import { buildRsaSearch, RsaSearch } from '../../test/memory-search/rsa-search.ts';
import { assert } from './clients/expected.ts';
import type { LabRun } from './lab-run.ts';

/** Looks from outside for a card's private key in the memory of a process. */
export class KeySearch {
  readonly #search: RsaSearch;
  constructor(pid: number) {
    this.#search = new RsaSearch(buildRsaSearch(), pid);
  }
  /** Learns the key of a certificate (PEM) while it lives; how often its fragments are there. */
  async learn(lab: LabRun, certificate: string): Promise<string> {
    const told = await lab.run('openssl', ['x509', '-in', certificate, '-noout', '-modulus']);
    const modulus = /^Modulus=([0-9A-F]+)/.exec(told)?.[1]?.toLowerCase() ?? '';
    assert((await this.#search.find([modulus])) === 1, 'the key of the live card is not in the memory of the service');
    const { hits, forms } = await this.#search.count();
    assert(hits > 0 && forms.some((form) => form.startsWith('p/')), 'no fragment of the live key was found');
    return `${hits} fragments`;
  }
  /** Learns the keys of cards that are in use; how many were found. @param moduli hexadecimal */
  learnAll(moduli: readonly string[]): Promise<number> {
    return this.#search.find(moduli);
  }
  /** No fragment of the key that was learned is left. */
  async nothing(): Promise<string> {
    const { hits, forms } = await this.#search.count();
    assert(hits === 0, `fragments of the key are left: ${forms.join(', ')}`);
    return 'no fragment';
  }
  close(): Promise<void> {
    return this.#search.close();
  }
}
