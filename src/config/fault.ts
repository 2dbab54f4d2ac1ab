import { MayflyError } from '../wire/mayfly-error.ts';

/**
 * One thing that is wrong with the configuration.
 *
 * INVARIANT: nothing of it repeats the file's text, except a value that passed its own check: a secret that was written where it
 * does not belong must not reach a terminal or a log.
 */
export interface Fault {
  /** The setting, `cas[0].passphrase.file`; empty for the file as a whole. */
  readonly path: string;
  /** Undefined: not in a file. */
  readonly file: string | undefined;
  /** From 1; undefined where the fault has no place in the file. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** One lower-case clause without full stop. */
  readonly message: string;
  /** What to do about it, one clause. */
  readonly next: string;
}

/** `mayfly.yaml:7:19: cas[0].name: expected a name`, on one line. */
export function faultLine(fault: Fault): string {
  const place = [fault.file, fault.line, fault.column].filter((part) => part !== undefined).join(':');
  return [place, fault.path, fault.message].filter((part) => part !== '').join(': ');
}

export class ConfigError extends MayflyError {
  override readonly name: string = 'ConfigError';
  /** Every fault, in the order of the file. */
  readonly faults: readonly Fault[];
  constructor(faults: readonly Fault[]) {
    const [first] = faults;
    const line = first ? faultLine(first) : 'unknown fault';
    const message = faults.length === 1 ? line : `the configuration has ${faults.length} faults, the first: ${line}`;
    super('config-invalid', message, {
      next: faults.length === 1 && first ? first.next : 'run mayfly config check to see all of them',
    });
    this.faults = faults;
  }
}
