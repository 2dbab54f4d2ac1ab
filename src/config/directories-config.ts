import type { SecretSource } from './secret.ts';

/** An Active Directory domain that accounts and hosts are read from. */
export interface DirectoryConfig {
  readonly domain: string;
  /** `HOST` or `HOST:PORT`; empty: found by DNS. */
  readonly servers: readonly string[];
  readonly security: 'ldaps' | 'starttls';
  /** PEM files; the system's CAs when empty. */
  readonly anchors: readonly string[];
  readonly account: string;
  readonly password: SecretSource;
  /** The domain's root unless set. */
  readonly searchBase: string | undefined;
  /** Labels of hosts by the attributes they are read from. */
  readonly hostLabels: Readonly<Record<string, string>>;
}
interface DirectorySettings extends Partial<Omit<DirectoryConfig, 'password'>> {
  readonly domain: string;
  readonly account: string;
  readonly password: { readonly file?: string; readonly credential?: string };
}

export function effectiveDirectories(
  given: readonly DirectorySettings[] | undefined,
  note: <Value>(path: string, value: Value) => Value,
  inFile: (path: string) => string,
  secretOf: (given: DirectorySettings['password'], path: string) => SecretSource,
): readonly DirectoryConfig[] {
  return (given ?? []).map((directory, i): DirectoryConfig => {
    const at = <Value>(name: string, value: Value) => note(`directories[${i}].${name}`, value);
    return {
      domain: at('domain', directory.domain.toLowerCase()),
      servers: at('servers', directory.servers ?? []),
      security: at('security', directory.security ?? 'ldaps'),
      anchors: at('anchors', (directory.anchors ?? []).map(inFile)),
      account: at('account', directory.account),
      password: secretOf(directory.password, `directories[${i}].password`),
      searchBase: directory.searchBase === undefined ? undefined : at('searchBase', directory.searchBase),
      hostLabels: Object.fromEntries(
        Object.entries(directory.hostLabels ?? {}).map(([label, attribute]) => [label, at(`hostLabels.${label}`, attribute)]),
      ),
    };
  });
}
