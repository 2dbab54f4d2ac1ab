import type { LabRun } from './lab-run.ts';
import type { ProcessGroup } from './process-group.ts';

const ADDRESS = '127.0.1.53';

/** SRV, RFC 2782. */
export interface ServiceRecord {
  /** Such as `_kerberos._tcp.corp.example`. */
  readonly name: string;
  readonly target: string;
  readonly port?: number;
  readonly priority?: number;
  readonly weight?: number;
}

/** dnsmasq as the only name server of the run's namespaces: it knows what it is told, and nothing else exists. */
export class DnsServer {
  readonly address: string = ADDRESS;
  readonly #lab: LabRun;
  #process: ProcessGroup | undefined;

  private constructor(lab: LabRun) {
    this.#lab = lab;
  }

  static async start(lab: LabRun, records: readonly ServiceRecord[]): Promise<DnsServer> {
    const resolver = lab.write('resolv.conf', `nameserver ${ADDRESS}\noptions timeout:1 attempts:1\n`);
    await lab.run('mount', ['--bind', resolver, '/etc/resolv.conf']);
    const server = new DnsServer(lab);
    await server.tell(records);
    return server;
  }

  /** Serves these records and no others from now on. */
  async tell(records: readonly ServiceRecord[]): Promise<void> {
    if (this.#process !== undefined) {
      await this.#lab.stop(this.#process);
    }
    const served = records.map(
      ({ name, target, port = 88, priority = 0, weight = 100 }) => `--srv-host=${name},${target},${port},${priority},${weight}`,
    );
    const alone = ['--no-daemon', '--conf-file=/dev/null', '--no-resolv', '--no-hosts', '--user=root', '--pid-file='];
    const listening = [`--listen-address=${ADDRESS}`, '--bind-interfaces', '--local=/test/', '--log-queries'];
    const dnsmasq = this.#lab.start('dnsmasq', 'dnsmasq', [...alone, ...listening, ...served]);
    this.#process = dnsmasq;
    await dnsmasq.listening(ADDRESS, 53);
  }

  /** Stops: questions stay without an answer. */
  async stop(): Promise<void> {
    if (this.#process !== undefined) {
      await this.#lab.stop(this.#process);
    }
    this.#process = undefined;
  }
}
