/** Issuers of people whom no provider vouches for: `token` of those with a token of our own, `named` of those whom a launcher names. */
export const ourIssuers = { token: 'mayfly', named: 'directory' } as const;

/** Somebody whose token was verified, or whom a launcher named where the rules let it. */
export interface Person {
  /** Who vouches: the issuer of the token, or one of `ourIssuers`. */
  readonly issuer: string;
  /** What the issuer calls the person, unique with it. */
  readonly subject: string;
  /** The account that is the person's own, as the configured claim says (user principal name). */
  readonly userPrincipalName: string | undefined;
  readonly groups: readonly string[];
  /** Text claims of the token that the configuration passes on to the rules. */
  readonly claims: Readonly<Record<string, string>>;
  /** How the person was authenticated: `amr` and `acr` of the token (RFC 8176). */
  readonly strength: readonly string[];
}

/** What a token of our own may be used for. */
export const scopes = ['sessions', 'approve', 'journal', 'metrics', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** Who calls: the holder of the token in `Authorization`. */
export interface Caller {
  /** Stable and unique: `oidc:ISSUER#SUBJECT` or `token:ID`. Stands in the journal and owns sessions. */
  readonly id: string;
  /** For people to read. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Undefined for a launcher, which is nobody by itself. */
  readonly person: Person | undefined;
}
