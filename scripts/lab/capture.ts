import { existsSync, statSync } from 'node:fs';
import type { LabRun } from './lab-run.ts';
import { poll } from './poll.ts';
import type { ProcessGroup } from './process-group.ts';

/** Octets of a capture file before its first packet (pcap). */
const FILE_HEADER = 24;

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
  readonly #tcpdump: ProcessGroup;
  readonly #file: string;

  private constructor(lab: LabRun, tcpdump: ProcessGroup, file: string) {
    this.#lab = lab;
    this.#tcpdump = tcpdump;
    this.#file = file;
  }

  static async start(lab: LabRun): Promise<Capture> {
    captures += 1;
    const file = lab.path(`capture-${captures}.pcap`);
    // -U, --immediate-mode: a packet is in the file as soon as it has passed; -Z: no other user may write into the run's folder
    const options = ['-i', 'lo', '-U', '--immediate-mode', '-Z', 'root', '-w', file];
    const tcpdump = lab.start(`tcpdump-${captures}`, 'tcpdump', [...options, 'tcp port 88']);
    await poll('tcpdump listening', 10_000, () => {
      tcpdump.assertRunning();
      return existsSync(file) && statSync(file).size >= FILE_HEADER ? true : undefined;
    });
    return new Capture(lab, tcpdump, file);
  }

  async messages(): Promise<readonly DecodedMessage[]> {
    await this.#lab.stop(this.#tcpdump);
    const fields = ['kerberos.msg_type', 'kerberos.padata_type', 'kerberos.padata_value', '_ws.expert.message'];
    const told = await this.#lab.run(
      'tshark',
      ['-r', this.#file, '-Y', 'kerberos', '-T', 'fields', '-E', 'aggregator=;', ...fields.flatMap((field) => ['-e', field])],
      { limitMs: 60_000 },
    );
    return told
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
