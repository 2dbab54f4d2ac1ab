/** What a code of another's says, for people: one clause each. */
export interface Meaning {
  readonly name: string;
  readonly cause: string;
  readonly fix: string;
}
