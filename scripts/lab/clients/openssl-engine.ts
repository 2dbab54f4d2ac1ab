import type { LabRun } from '../lab-run.ts';
import { type CardInReader, openscModule } from './card-in-reader.ts';
import { said } from './expected.ts';
import { verifySignature } from './signature.ts';

const ENGINE = ['-engine', 'pkcs11', '-keyform', 'engine'];

/** openssl with libp11's engine: the card's key where a file's would be. */
export class OpensslEngine {
  readonly #lab: LabRun;

  constructor(lab: LabRun) {
    this.#lab = lab;
  }

  async sign(card: CardInReader): Promise<string> {
    const data = this.#lab.write('client/engine', 'signed through the engine\n');
    const signature = this.#lab.write('client/engine.sig', '');
    await this.#openssl('dgst', ...ENGINE, '-sha256', '-sign', key(card), '-out', signature, data);
    await verifySignature(this.#lab, card.publicKey, data, signature);
    return 'dgst -sign';
  }

  async request(card: CardInReader): Promise<string> {
    const request = this.#lab.write('client/engine.csr', '');
    await this.#openssl('req', '-new', ...ENGINE, '-key', key(card), '-subj', '/CN=alice', '-out', request);
    return said(await this.#lab.attempt('openssl', ['req', '-in', request, '-noout', '-verify']), /verify OK/);
  }

  #openssl(...args: readonly string[]): Promise<string> {
    return this.#lab.run('openssl', args, { environment: { PKCS11_MODULE_PATH: openscModule() } });
  }
}

const key = ({ pin }: CardInReader): string => `pkcs11:id=%01;type=private;pin-value=${pin}`;
