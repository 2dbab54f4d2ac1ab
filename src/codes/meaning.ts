/** What a code of another's says, for people: one clause each. */
export interface Meaning {
  readonly name: string;
  readonly cause: string;
  /** Where the cause is to be seen. */
  readonly look: string;
  readonly fix: string;
}
/** Where to look stands in a row that does not look where its table does. */
export type Row = readonly [code: number, name: string, cause: string, fix: string, look?: string];

export const meaningsOf = (rows: readonly Row[], look: string): ReadonlyMap<number, Meaning> =>
  new Map(rows.map(([code, name, cause, fix, place = look]) => [code, { name, cause, look: place, fix }]));
