import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Identity } from './enterprise-ca.ts';
import type { LabRun, Outcome } from './lab-run.ts';
import type { Signer } from './openssl-certificate.ts';
import { poll } from './poll.ts';
import type { ProcessGroup } from './process-group.ts';

const ENTRY = join(import.meta.dirname, '../../src/cli/mayfly.js');

export interface CertificateRequest {
  /** File name without ending. */
  readonly name: string;
  readonly account: string;
  readonly upn: string;
  readonly sid: string;
}

/** PEM files; here openssl makes what is otherwise a card's. */
export interface KeyPair {
  readonly key: string;
  readonly publicKey: string;
}

export async function createKeyPair(lab: LabRun, name: string): Promise<KeyPair> {
  const made = { key: lab.path('client', `${name}.key`), publicKey: lab.path('client', `${name}.pub.pem`) };
  await lab.run('openssl', ['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', made.key]);
  await lab.run('openssl', ['pkey', '-in', made.key, '-pubout', '-out', made.publicKey]);
  return made;
}

/** Mayfly as its users have it: the command line, in processes of its own, with the run's folder as its home. */
export class Mayfly {
  readonly home: string;
  readonly certificate: string;
  readonly key: string;
  readonly passphrase: string;
  /** Where the CA process answers. */
  readonly socket: string;
  readonly #lab: LabRun;
  /** The name of its CA. */
  readonly ca: string;
  readonly #configuration: string | undefined;

  /** @param configuration a file that says more */
  constructor(lab: LabRun, ca = 'lab', configuration?: string) {
    this.#lab = lab;
    this.ca = ca;
    this.#configuration = configuration;
    this.home = lab.path('mayfly');
    this.certificate = join(this.home, 'ca', ca, 'ca.crt');
    this.key = join(this.home, 'ca', ca, 'ca.key');
    this.socket = join(this.home, 'ca', ca, 'ca.sock');
    this.passphrase = join(this.home, 'ca', `${ca}.passphrase`);
  }

  run(...args: readonly string[]): Promise<string> {
    return this.#lab.run(process.execPath, [ENTRY, ...args], { environment: this.environment });
  }

  /** One that may fail. */
  attempt(...args: readonly string[]): Promise<Outcome> {
    return this.#lab.attempt(process.execPath, [ENTRY, ...args], { environment: this.environment });
  }

  init(domain: string): Promise<string> {
    return this.run('ca', 'init', '--lab', '--ca', this.ca, '--domain', domain, '--json');
  }

  /** A command that runs until it is stopped; it writes to `log/NAME.out`. */
  start(name: string, ...args: readonly string[]): ProcessGroup {
    return this.#lab.start(name, process.execPath, [ENTRY, ...args], this.environment);
  }

  /** The CA process. */
  async serve(name = 'mayfly-ca'): Promise<ProcessGroup> {
    const served = this.start(name, 'ca', 'serve', '--ca', this.ca);
    await poll('the CA process listening', 60_000, () => {
      served.assertRunning();
      return readFileSync(this.#lab.path('log', `${name}.out`), 'utf8').includes('listening') ? true : undefined;
    });
    return served;
  }

  async issue(request: CertificateRequest, keyPair: KeyPair): Promise<Identity> {
    const certificate = this.#lab.path('client', `${request.name}.pem`);
    await this.run(
      ...['ca', 'issue', '--ca', this.ca, '--upn', request.upn, '--sid', request.sid, '--account', request.account],
      ...['--public-key', keyPair.publicKey, '--out', certificate],
    );
    return { certificate, key: keyPair.key };
  }

  async revoke(identity: Identity): Promise<void> {
    await this.run('ca', 'revoke', '--ca', this.ca, '--certificate', identity.certificate, '--reason', 'superseded');
  }

  async publishCrl(file: string): Promise<void> {
    await this.run('ca', 'crl', '--ca', this.ca, '--format', 'pem', '--out', file);
  }

  /** For what the CA itself would not sign. */
  get signer(): Signer {
    const { certificate, key, passphrase } = this;
    return { certificate, key, passphrase };
  }

  get environment(): Readonly<Record<string, string>> {
    const more = this.#configuration === undefined ? {} : { MAYFLY_CONFIG: this.#configuration };
    return { MAYFLY_HOME: this.home, ...more };
  }
}
