import type { LabRun, Outcome } from '../lab-run.ts';
import { type CardInReader, isSameCertificate } from './card-in-reader.ts';
import { assert, said } from './expected.ts';
import { verifySignature } from './signature.ts';

/** yubico-piv-tool: a PIV implementation that shares nothing with OpenSC's. */
export class YubicoPivTool {
  readonly #lab: LabRun;
  readonly #reader: readonly string[];

  constructor(lab: LabRun, reader: string) {
    this.#lab = lab;
    this.#reader = ['--reader', reader];
  }

  async status(): Promise<string> {
    const status = await this.#run('--action', 'status');
    said(status, /^Slot 9a:/m);
    said(status, /^PIN tries left:\s+3$/m);
    return said(status, /Subject DN:\s+(.+)/);
  }

  async certificate(card: CardInReader): Promise<string> {
    const read = this.#lab.write('client/yubico.pem', await this.#run('--action', 'read-certificate', '--slot', '9a'));
    assert(isSameCertificate(read, card.certificate), 'it reads another certificate than OpenSC');
    return 'the same as through OpenSC';
  }

  async verifyPin({ pin }: CardInReader): Promise<string> {
    return said(await this.tryPin(pin), /Successfully verified PIN/);
  }

  tryPin(pin: string): Promise<Outcome> {
    return this.#lab.attempt('yubico-piv-tool', [...this.#reader, '--action', 'verify-pin', '--pin', pin]);
  }

  /** It signs, and verifies with the certificate it is given. */
  async testSignature({ pin, certificate }: CardInReader): Promise<string> {
    return said(await this.#withPin(pin, '--action', 'test-signature', '--input', certificate), /Successful RSA verification/);
  }

  /** It enciphers with the certificate it is given, and has the card decipher. */
  async testDecipher({ pin, certificate }: CardInReader): Promise<string> {
    return said(
      await this.#withPin(pin, '--action', 'test-decipher', '--input', certificate),
      /Successfully performed RSA decryption/,
    );
  }

  async sign({ pin, publicKey }: CardInReader): Promise<string> {
    const data = this.#lab.write('client/yubico', 'signed by yubico-piv-tool\n');
    const signature = this.#lab.write('client/yubico.sig', '');
    const options = ['--algorithm', 'RSA2048', '--hash', 'SHA256', '--input', data, '--output', signature];
    const told = said(await this.#withPin(pin, '--sign', ...options), /Signature successful/);
    await verifySignature(this.#lab, publicKey, data, signature);
    return told;
  }

  #withPin(pin: string, ...args: readonly string[]): Promise<Outcome> {
    const verify = ['--action', 'verify-pin', '--pin', pin, '--slot', '9a'];
    return this.#lab.attempt('yubico-piv-tool', [...this.#reader, ...verify, ...args]);
  }

  #run(...args: readonly string[]): Promise<string> {
    return this.#lab.run('yubico-piv-tool', [...this.#reader, ...args]);
  }
}
