import type { LabRun } from '../lab-run.ts';
import { type CardInReader, openscModule } from './card-in-reader.ts';
import { said } from './expected.ts';

const KEY = 'pkcs11:id=%01;type=private';

/** GnuTLS: p11tool, and certtool with a key on the card. */
export class GnuTls {
  readonly #lab: LabRun;
  readonly #provider: string;

  constructor(lab: LabRun) {
    this.#lab = lab;
    this.#provider = `--provider=${openscModule()}`;
  }

  async objects({ pin }: CardInReader): Promise<string> {
    const listed = await this.#p11tool(pin, '--list-all');
    said(listed, /Type: X\.509 Certificate \(RSA-2048\)/);
    return said(listed, /Type: (Private key \(RSA-2048\))/);
  }

  async testSignature({ pin }: CardInReader): Promise<string> {
    return said(await this.#p11tool(pin, '--test-sign', KEY), /Verifying against public key in the token\.\.\. (ok)/);
  }

  /** A certification request signed by the card, verified by openssl. */
  async request({ pin }: CardInReader): Promise<string> {
    const template = this.#lab.write('client/gnutls.cfg', 'cn = "alice"\n');
    const request = this.#lab.write('client/gnutls.csr', '');
    await this.#lab.run(
      'certtool',
      [this.#provider, '--generate-request', '--load-privkey', KEY, '--template', template, '--outfile', request],
      { environment: { GNUTLS_PIN: pin } },
    );
    return said(await this.#lab.attempt('openssl', ['req', '-in', request, '-noout', '-verify']), /verify OK/);
  }

  async #p11tool(pin: string, ...args: readonly string[]): Promise<string> {
    const { stdout, stderr } = await this.#lab.attempt('p11tool', ['--batch', this.#provider, '--login', ...args], {
      environment: { GNUTLS_PIN: pin },
    });
    return `${stdout}\n${stderr}`;
  }
}
