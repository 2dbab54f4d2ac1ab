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

/** A kind of file, as errors name it. */
export interface FileKind {
  /** Of the error: `config-invalid`. */
  readonly code: string;
  readonly called: string;
  /** How to see all faults. */
  readonly check: string;
}
const configuration: FileKind = {
  code: 'config-invalid',
  called: 'the configuration',
  check: 'run mayfly config check to see all of them',
};

export class ConfigError extends MayflyError {
  override readonly name: string = 'ConfigError';
  /** Every fault, in the order of the file. */
  readonly faults: readonly Fault[];
  constructor(faults: readonly Fault[], { code, called, check }: FileKind = configuration) {
    const [first] = faults;
    const line = first ? faultLine(first) : 'unknown fault';
    const message = faults.length === 1 ? line : `${called} has ${faults.length} faults, the first: ${line}`;
    super(code, message, { next: faults.length === 1 && first ? first.next : check });
    this.faults = faults;
  }
}
