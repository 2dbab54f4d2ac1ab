import { readFileSync } from 'node:fs';
import type { LabRun } from './lab-run.ts';
import { poll } from './poll.ts';
import type { ProcessGroup } from './process-group.ts';

/** One Kerberos message as tshark reads it. */
export interface DecodedMessage {
  /** RFC 4120 7.5.7. */
  readonly type: number;
  /** PA-DATA by type. */
  readonly padata: ReadonlyMap<number, Uint8Array>;
  /** What tshark finds wrong with it or does not know. */
  readonly complaints: readonly string[];
}

let captures = 0;

/** What passes the loopback to and from TCP port 88, from `start` to `messages`. */
export class Capture {
  readonly #lab: LabRun;
  readonly #dumpcap: ProcessGroup;
  readonly #file: string;

  private constructor(lab: LabRun, dumpcap: ProcessGroup, file: string) {
    this.#lab = lab;
    this.#dumpcap = dumpcap;
    this.#file = file;
  }

  static async start(lab: LabRun): Promise<Capture> {
    captures += 1;
    const file = lab.path(`capture-${captures}.pcap`);
    // dumpcap and not tcpdump, which changes its user: that takes more than a user namespace gives
    const name = `dumpcap-${captures}`;
    const dumpcap = lab.start(name, 'dumpcap', ['-q', '-P', '-i', 'lo', '-f', 'tcp port 88', '-w', file]);
    await poll('dumpcap listening', 60_000, () => {
      dumpcap.assertRunning();
      return readFileSync(lab.path('log', `${name}.out`), 'utf8').includes('File: ') ? true : undefined;
    });
    return new Capture(lab, dumpcap, file);
  }

  /** Ends it, as soon as a message of type `last` has arrived in the file. */
  async messages(last: number): Promise<readonly DecodedMessage[]> {
    const found = await poll(`message ${last} in the capture`, 60_000, async () => {
      const read = await this.#read();
      return read.some(({ type }) => type === last) ? read : undefined;
    });
    await this.#lab.stop(this.#dumpcap);
    return found;
  }

  async #read(): Promise<readonly DecodedMessage[]> {
    const fields = ['kerberos.msg_type', 'kerberos.padata_type', 'kerberos.padata_value', '_ws.expert.message'];
    const shown = ['-T', 'fields', '-E', 'aggregator=;', ...fields.flatMap((field) => ['-e', field])];
    // its exit code is another one while the file's last packet is still being written
    const { stdout } = await this.#lab.attempt('tshark', ['-r', this.#file, '-Y', 'kerberos', ...shown]);
    return stdout
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map(decoded);
  }
}

function decoded(line: string): DecodedMessage {
  const [types = '', paTypes = '', paValues = '', complaints = ''] = line.split('\t').map((cell) => cell.trim());
  const values = paValues.split(';');
  return {
    type: Number(types.split(';')[0]), // a TGS-REQ has an AP-REQ inside, which comes second
    padata: new Map(paTypes.split(';').map((paType, i) => [Number(paType), octetsOf(values[i])])),
    complaints: complaints.split(';').filter((said) => said !== ''),
  };
}

/** tshark writes `<MISSING>` where there is nothing. */
const octetsOf = (hex = '') => new Uint8Array(/^[0-9a-f]+$/.test(hex) ? Buffer.from(hex, 'hex') : []);
