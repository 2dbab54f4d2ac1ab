import { exportJWK, generateKeyPair, type JWK } from 'jose';

/** A new private key of a provider, as a JWK. */
export async function signingKey(alg: string, kid: string): Promise<JWK & { readonly kid: string }> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg, use: 'sig' };
}

/** What the provider of an RSA key publishes. */
export const publicPart = ({ kty, n, e, kid, alg, use }: JWK): object => ({ kty, n, e, kid, alg, use });
