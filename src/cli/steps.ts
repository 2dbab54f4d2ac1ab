import { MayflyError } from '../wire/mayfly-error.ts';

/** One thing that was tried. `ms` is wall time to a tenth; `detail` is one line, empty when there is nothing to say. */
export interface Step {
  readonly name: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly detail: string;
}

/** What `--json` prints, exactly once, for anything that goes in steps. */
export interface StepsReport {
  readonly ok: boolean;
  readonly steps: readonly Step[];
}

/**
 * Runs things one after the other and keeps what became of each. A step that fails is reported and then throws what its work
 * threw, so a sequence ends at its first failure; who wants to go on after an independent step catches.
 */
export class Steps {
  readonly #report: (step: Step) => void;
  readonly #steps: Step[] = [];

  constructor(report: (step: Step) => void) {
    this.#report = report;
  }

  /** @param detail what a reader wants to know of the value; it counts as part of the step, so it may throw to fail it */
  async run<T>(name: string, work: () => Promise<T> | T, detail: (value: T) => string = () => ''): Promise<T> {
    const began = performance.now();
    let value: T;
    let told: string;
    try {
      value = await work();
      told = detail(value);
    } catch (error) {
      this.#add({ name, ok: false, ms: since(began), detail: explain(error) });
      throw error;
    }
    this.#add({ name, ok: true, ms: since(began), detail: told });
    return value;
  }

  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** False while nothing was tried: an empty run proves nothing. */
  get ok(): boolean {
    return this.#steps.length > 0 && this.#steps.every((step) => step.ok);
  }

  #add(step: Step): void {
    this.#steps.push(step);
    this.#report(step);
  }
}

/** `ok    12.3 ms  name: detail`, for people. */
export function formatStep(step: Step): string {
  const line = `${step.ok ? 'ok  ' : 'FAIL'} ${step.ms.toFixed(1).padStart(8)} ms  ${step.name}`;
  return step.detail === '' ? line : `${line}: ${step.detail}`;
}

function since(began: number): number {
  return Math.round((performance.now() - began) * 10) / 10;
}

/** The message, then the causes behind it, then what to do; on one line. */
function explain(error: unknown): string {
  const clauses: string[] = [];
  for (let at: unknown = error; at !== undefined && clauses.length < 5; at = at instanceof Error ? at.cause : undefined) {
    clauses.push(at instanceof Error ? at.message : `thrown: ${JSON.stringify(at)}`);
  }
  const next = error instanceof MayflyError && error.next !== undefined ? ` (${error.next})` : '';
  return `${clauses.join(': ')}${next}`.replaceAll(/\s*\n\s*/g, ' | ');
}
