import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { LabRun, Outcome } from '../lab-run.ts';
import type { CardInReader } from './card-in-reader.ts';
import { assert, said } from './expected.ts';
import { digestInfo, encodedMessage, PKCS1, PSS, sha256, verifySignature } from './signature.ts';

/** One way to have a message signed: what PKCS #11 calls it, what it is given, and how openssl verifies the result. */
interface SigningMechanism {
  readonly name: string;
  readonly options: readonly string[];
  /** @param octets of the key's modulus */
  readonly input: (data: Uint8Array, octets: number) => Uint8Array;
  readonly padding: readonly string[];
}

const whole = (data: Uint8Array): Uint8Array => data;
const PSS_OPTIONS = ['--hash-algorithm', 'SHA256', '--mgf', 'MGF1-SHA256', '--salt-len', '32'];

const SIGNING: readonly SigningMechanism[] = [
  { name: 'RSA-PKCS', options: [], input: digestInfo, padding: PKCS1 },
  { name: 'SHA256-RSA-PKCS', options: [], input: whole, padding: PKCS1 },
  { name: 'RSA-PKCS-PSS', options: PSS_OPTIONS, input: sha256, padding: PSS },
  { name: 'RSA-X-509', options: [], input: encodedMessage, padding: PKCS1 },
];

const OAEP = ['-pkeyopt', 'rsa_padding_mode:oaep', '-pkeyopt', 'rsa_oaep_md:sha256', '-pkeyopt', 'rsa_mgf1_md:sha256'];
const DECIPHERING: readonly {
  readonly name: string;
  readonly options: readonly string[];
  readonly padding: readonly string[];
}[] = [
  { name: 'RSA-PKCS', options: [], padding: ['-pkeyopt', 'rsa_padding_mode:pkcs1'] },
  { name: 'RSA-PKCS-OAEP', options: ['--hash-algorithm', 'SHA256', '--mgf', 'MGF1-SHA256'], padding: OAEP },
];

/** OpenSC's pkcs11-tool over a PKCS #11 library: OpenSC's own, or another. */
export class Pkcs11Tool {
  readonly #lab: LabRun;
  readonly #module: string;
  readonly #name: string;

  constructor(lab: LabRun, module: string) {
    this.#lab = lab;
    this.#module = module;
    this.#name = module.split('/').at(-1)?.split('.')[0] ?? '';
  }

  async slots(): Promise<string> {
    return said(await this.#run('--list-slots'), /token label\s*: (.+)/);
  }

  async objects({ pin }: CardInReader): Promise<string> {
    const objects = await this.#run('--list-objects', '--login', '--pin', pin);
    for (const kind of ['Private Key Object; RSA', 'Public Key Object; RSA', 'Certificate Object; type = X.509 cert']) {
      assert(objects.includes(kind), `no ${kind} among: ${objects}`);
    }
    return said(objects, /subject:\s+(DN: .+)/);
  }

  /** Its own tests: signatures, verifications, decryptions, random. It ends with code 0 whatever comes of them. */
  async test({ pin }: CardInReader): Promise<string> {
    return said(await this.#attempt('--login', '--pin', pin, '--test'), /^No errors$/m);
  }

  async sign(card: CardInReader): Promise<string> {
    const data = this.#lab.write('client/message', 'signed by a card that exists for one logon\n');
    for (const { name, options, input, padding } of SIGNING) {
      const signature = this.#lab.write(`client/${this.#name}-${name}.sig`, '');
      const block = this.#lab.write(`client/${this.#name}-${name}.in`, input(readFileSync(data), modulusOctets(card)));
      await this.#run(...this.#operation('--sign', card, name, options, block, signature));
      await verifySignature(this.#lab, card.publicKey, data, signature, padding);
    }
    return SIGNING.map(({ name }) => name).join(', ');
  }

  /** OpenSC hashes and shortens for a card that signs digests; the result is a DER Ecdsa-Sig-Value. */
  async signEcdsa(card: CardInReader): Promise<string> {
    const data = this.#lab.write('client/message', 'signed by an elliptic curve\n');
    const signature = this.#lab.write(`client/${this.#name}-ecdsa.sig`, '');
    const digest = this.#lab.write(`client/${this.#name}-ecdsa.in`, sha256(readFileSync(data)));
    await this.#run(...this.#operation('--sign', card, 'ECDSA', ['--signature-format', 'openssl'], digest, signature));
    await verifySignature(this.#lab, card.publicKey, data, signature);
    return 'ECDSA';
  }

  /** One signature that may be refused. */
  async trySign(card: CardInReader): Promise<Outcome> {
    const data = this.#lab.write(`client/${this.#name}-once`, 'one more\n');
    const signature = this.#lab.write(`client/${this.#name}-once.sig`, '');
    const outcome = await this.#attempt(...this.#operation('--sign', card, 'SHA256-RSA-PKCS', [], data, signature));
    if (outcome.code === 0) {
      await verifySignature(this.#lab, card.publicKey, data, signature);
    }
    return outcome;
  }

  async decipher(card: CardInReader): Promise<string> {
    const secret = 'for this card only';
    const plain = this.#lab.write('client/secret', secret);
    for (const { name, options, padding } of DECIPHERING) {
      const enciphered = this.#lab.write(`client/${this.#name}-${name}.enc`, '');
      const deciphered = this.#lab.write(`client/${this.#name}-${name}.dec`, '');
      const recipient = ['-pubin', '-inkey', card.publicKey, ...padding];
      await this.#lab.run('openssl', ['pkeyutl', '-encrypt', ...recipient, '-in', plain, '-out', enciphered]);
      await this.#run(...this.#operation('--decrypt', card, name, options, enciphered, deciphered));
      assert(readFileSync(deciphered, 'utf8') === secret, `${name} gave something else than was enciphered`);
    }
    return DECIPHERING.map(({ name }) => name).join(', ');
  }

  #operation(
    operation: string,
    { pin }: CardInReader,
    mechanism: string,
    options: readonly string[],
    input: string,
    output: string,
  ): string[] {
    const key = ['--login', '--pin', pin, '--id', '01'];
    return [operation, ...key, '--mechanism', mechanism, ...options, '--input-file', input, '--output-file', output];
  }

  #run(...args: readonly string[]): Promise<string> {
    return this.#lab.run('pkcs11-tool', ['--module', this.#module, ...args]);
  }

  #attempt(...args: readonly string[]): Promise<Outcome> {
    return this.#lab.attempt('pkcs11-tool', ['--module', this.#module, ...args]);
  }
}

function modulusOctets({ publicKey }: CardInReader): number {
  return (createPublicKey(readFileSync(publicKey)).asymmetricKeyDetails?.modulusLength ?? 0) / 8;
}
