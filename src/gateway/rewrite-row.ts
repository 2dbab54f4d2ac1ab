/** One rule of what the gateway changes on the way: pure, applied in the order of its list. */
export interface RewriteRow<T, Facts> {
  readonly name: string;
  /** One clause for people. */
  readonly rule: string;
  readonly edit: (value: T, facts: Facts) => T;
}
export const rewritten = <T, Facts>(rows: readonly RewriteRow<T, Facts>[], value: T, facts: Facts): T =>
  rows.reduce((so, { edit }) => edit(so, facts), value);
