import { readFile } from 'node:fs/promises';
import type { OidcProvider } from '../../api/identity/oidc-provider.ts';
import type { IdentityProviderConfig } from '../../config/service-config.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';

/** The configured providers, with the CAs that their files hold. @throws MayflyError `identity-config` */
export function identityProviders(configured: readonly IdentityProviderConfig[]): Promise<readonly OidcProvider[]> {
  return Promise.all(
    configured.map(
      async ({ clockToleranceSeconds, maxTokenAgeMinutes, ca, ...provider }): Promise<OidcProvider> => ({
        ...provider,
        clockTolerance: clockToleranceSeconds,
        maxTokenAge: maxTokenAgeMinutes === undefined ? undefined : maxTokenAgeMinutes * 60,
        ca: ca === undefined ? undefined : await pemOf(ca),
      }),
    ),
  );
}
async function pemOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new MayflyError('identity-config', `the CA of an identity provider cannot be read from ${path}`, {
      cause,
      next: 'correct service.identityProviders[].ca',
    });
  }
}
