import { readFileSync } from 'node:fs';
import { assert } from './clients/expected.ts';
import type { Identity } from './enterprise-ca.ts';
import type { LabRun } from './lab-run.ts';
import { poll } from './poll.ts';
import type { ProcessGroup } from './process-group.ts';

const PROGRAM = new URL('./credssp-host.py', import.meta.url).pathname;
/** Debian's own, for which its packages are. */
const PYTHON = '/usr/bin/python3';

export interface CredSspHostSettings {
  /** Of its log. */
  readonly name: string;
  readonly address: string;
  readonly keytab: string;
  readonly identity: Identity;
  /** krb5.conf. */
  readonly configuration: string;
  /** Port of the RDP host behind it; without one it keeps the connection until the client leaves. */
  readonly behind?: number;
  /** What it is to do otherwise. */
  readonly habits?: {
    readonly version?: number;
    /** False: PROTOCOL_HYBRID is selected, without early authorization. */
    readonly early?: boolean;
    readonly authorization?: number;
    /** NTSTATUS in answer to the credentials. */
    readonly status?: number;
    /** Token and nonce once more beside its proof. */
    readonly repeats?: boolean;
    /** PROTOCOL_SSL is selected, whatever the client offers: a host without NLA. */
    readonly tlsAlone?: boolean;
  };
}
/** A Wrap token's header as Python reads it. */
export interface WrapHeader {
  readonly id: number;
  readonly flags: number;
  readonly ec: number;
  readonly rrc: number;
  readonly number: number;
}
/** What it decoded of one client's CredSSP. */
export interface Decoded {
  readonly credentials: Readonly<Record<string, string | number | null>>;
  readonly client: string;
  readonly version: number;
  readonly flags: number;
  readonly sealed: boolean;
  /** Whether each TSRequest came in one TLS record. */
  readonly records: readonly boolean[];
  /** Of pubKeyAuth and authInfo. */
  readonly tokens: readonly [WrapHeader, WrapHeader];
  readonly early: boolean;
}

/** A CredSSP server that shares nothing with ours: Python's TLS, MIT's Kerberos and SPNEGO, its own framing. */
export class CredSspHost {
  readonly address: string;
  readonly port = 3389;
  readonly #lab: LabRun;
  readonly #process: ProcessGroup;
  readonly #log: string;
  #read = 0;

  private constructor(lab: LabRun, process: ProcessGroup, address: string, log: string) {
    this.#lab = lab;
    this.#process = process;
    this.address = address;
    this.#log = log;
  }
  static async start(lab: LabRun, settings: CredSspHostSettings): Promise<CredSspHost> {
    const { name, address, keytab, identity, configuration, behind, habits = {} } = settings;
    const given = { address, port: 3389, ...identity, ...habits, ...(behind === undefined ? {} : { behind }) };
    const environment = { KRB5_KTNAME: `FILE:${keytab}`, KRB5_CONFIG: configuration, KRB5RCACHENAME: 'none:' };
    const process = lab.start(name, PYTHON, [PROGRAM, JSON.stringify(given)], environment);
    const host = new CredSspHost(lab, process, address, lab.path('log', `${name}.out`));
    // By its own word: a look at the port would be a client.
    const line = await host.#next();
    assert(line.includes('listening'), line);
    return host;
  }
  #lines(): string[] {
    return readFileSync(this.#log, 'utf8').split('\n').slice(0, -1);
  }
  /** The next thing that it tells of a client: what it decoded, or what was wrong. */
  async told(): Promise<Decoded | { readonly fault: string }> {
    return JSON.parse(await this.#next()) as Decoded | { readonly fault: string };
  }
  async #next(): Promise<string> {
    const line = await poll(`what ${this.#log} says`, 60_000, () => {
      this.#process.assertRunning();
      return this.#lines()[this.#read];
    });
    this.#read += 1;
    return line;
  }
  stop(): Promise<void> {
    return this.#lab.stop(this.#process);
  }
}
