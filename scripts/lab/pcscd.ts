import { mkdirSync } from 'node:fs';
import { type ApduExchange, readExchanges } from './apdu-log.ts';
import { debianFile } from './debian-file.ts';
import type { LabRun } from './lab-run.ts';
import { LogTail } from './log-tail.ts';
import { poll } from './poll.ts';
import type { ProcessGroup } from './process-group.ts';

/** vpcd's usual port; it takes the next one as well, for its second slot. */
const PORT = 35_963;
/** libykcs11 looks at readers of this vendor only. */
const READER = 'Yubico Mayfly Lab';

/**
 * pcscd with vpcd's reader, in this run's namespaces: vpcd listens on every address, and whoever connects *is* the card; and the
 * path of pcscd's socket is compiled into it.
 */
export class Pcscd {
  readonly vpcd = `127.0.0.1:${PORT}`;
  readonly reader = READER;
  readonly #lab: LabRun;
  readonly #log: string;
  readonly #options: readonly string[];
  #process: ProcessGroup | undefined;

  private constructor(lab: LabRun, logged: boolean) {
    this.#lab = lab;
    this.#log = lab.path('log', 'pcscd.out');
    this.#options = ['--foreground', ...(logged ? ['--apdu'] : []), '--config', lab.path('reader.conf.d')];
    lab.write(
      'reader.conf.d/vpcd',
      [
        `FRIENDLYNAME "${READER}"`,
        `DEVICENAME /dev/null:${PORT}`,
        `LIBPATH ${debianFile('/usr/lib/pcsc/drivers/serial/libifdvpcd.so')}`,
        `CHANNELID ${PORT}\n`,
      ].join('\n'),
    );
  }

  /** @param logged whether it writes down what it passes on, which takes time */
  static async start(lab: LabRun, logged = true): Promise<Pcscd> {
    await acknowledgeAtOnce(lab);
    // The package's boot scripts make /run/pcscd; a machine that has not booted since has none.
    await lab.run('mount', ['-t', 'tmpfs', '-o', 'mode=0755', 'tmpfs', '/run']);
    mkdirSync('/run/pcscd');
    const pcscd = new Pcscd(lab, logged);
    await pcscd.#launch();
    return pcscd;
  }

  async restart(): Promise<void> {
    if (this.#process !== undefined) {
      await this.#lab.stop(this.#process);
    }
    await this.#launch();
  }

  /** Until the first slot holds a card, or none, as its clients see it. */
  async card(present: boolean): Promise<void> {
    await this.#shows(present ? /^0\s+Yes\s/m : /^0\s+No\s/m);
  }

  /** From here on: what the card was asked and what it answered, by pcscd's own log. */
  watch(): () => ApduExchange[] {
    const tail = new LogTail(this.#log);
    return () => readExchanges(tail.lines());
  }

  async #launch(): Promise<void> {
    this.#process = this.#lab.start('pcscd', 'pcscd', this.#options);
    await this.#shows(/^0\s/m); // a connection to vpcd's port would be a card
  }

  async #shows(wanted: RegExp): Promise<void> {
    await poll(`a reader list with ${wanted.source}`, 60_000, async () => {
      this.#process?.assertRunning();
      const { stdout } = await this.#lab.attempt('opensc-tool', ['--list-readers']);
      return wanted.test(stdout) ? true : undefined;
    });
  }
}

/**
 * vpcd 3.3 writes a length and its payload by two calls: Nagle's algorithm holds the second back until the first is acknowledged,
 * which the receiver delays by 40 ms. The routes of a loopback of our own say not to.
 */
async function acknowledgeAtOnce(lab: LabRun): Promise<void> {
  for (const prefix of ['127.0.0.0/8', '127.0.0.1']) {
    const route = `local ${prefix} dev lo table local proto kernel scope host src 127.0.0.1 quickack 1`;
    await lab.run('ip', ['route', 'change', ...route.split(' ')]);
  }
}
