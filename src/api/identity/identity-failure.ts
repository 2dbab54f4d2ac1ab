import { MayflyError } from '../../wire/mayfly-error.ts';

/** THE table of why a caller or a person is not known: one fixed sentence each, with nothing of the token in it. */
export const identityFailures = {
  'token-missing': 'the request carries no bearer token',
  'token-malformed': 'the token is not of a form that is accepted here',
  'token-unknown': 'nobody here knows this token',
  'token-expired': 'the token has expired',
  'token-revoked': 'the token was revoked',
  'token-signature': 'the signature of the token does not verify',
  'token-issuer': 'the token comes from an issuer that is not trusted here',
  'token-audience': 'the token was made for somebody else',
  'token-algorithm': 'the token is signed with an algorithm that is not accepted',
  'token-not-yet': 'the token is not valid yet',
  'identity-provider': 'the identity provider does not answer as it should',
} as const;
export type IdentityFailureCode = keyof typeof identityFailures;

/**
 * @param cause for the log: one clause of our own, or an error. Never an error that read the token: jose's carry its claims, and
 * those of `JSON.parse` quote it.
 */
export function identityFailure(code: IdentityFailureCode, cause?: string | Error): MayflyError {
  if (cause === undefined) return new MayflyError(code, identityFailures[code]);
  return new MayflyError(code, identityFailures[code], {
    cause: typeof cause === 'string' ? new MayflyError(code, cause) : cause,
  });
}
