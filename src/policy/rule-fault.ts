import { MayflyError } from '../wire/mayfly-error.ts';

/** One thing that is wrong with the rules, or that their author may want to know. */
export interface RuleFault {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** The rule's own name, where it has one. */
  readonly rule: string | undefined;
  readonly message: string;
}
/** `admins.cedar:7:19: unknown annotation @foo`, on one line. */
export const ruleFaultLine = ({ file, line, column, message }: RuleFault): string =>
  `${file}:${line}:${column}: ${message}`.replaceAll(/\s*[\r\n]+\s*/g, ' ');

const MOST_SAID = 20;

export class PolicyError extends MayflyError {
  override readonly name: string = 'PolicyError';
  /** Every fault, in the order of the files. */
  readonly faults: readonly RuleFault[];
  constructor(faults: readonly RuleFault[]) {
    const said = faults.slice(0, MOST_SAID).map(ruleFaultLine);
    const more = faults.length > MOST_SAID ? [`and ${faults.length - MOST_SAID} more`] : [];
    super('policy-invalid', `the rules are not valid: ${[...said, ...more].join('; ')}`, {
      next: 'correct them; mayfly policy check shows every fault',
    });
    this.faults = faults;
  }
}
