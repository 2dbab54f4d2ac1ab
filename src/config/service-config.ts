import { join } from 'node:path';

/** The service, defaults filled in. */
export interface ServiceConfig {
  readonly listen: string;
  /** Plain HTTP for CRLs and CA certificates; undefined: none. */
  readonly publicHttp: string | undefined;
  /** Where RDP clients come in; undefined: no gateway. */
  readonly gateway: string | undefined;
  /** Where clients are told that it is, HOST:PORT; undefined: the first of `names`. */
  readonly gatewayAddress: string | undefined;
  /** DNS names and addresses of the service's own certificate, where none is given. */
  readonly names: readonly string[];
  /** PEM; undefined: the service's own. */
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  readonly ca: string;
  /** File of the static directory. */
  readonly directory: string;
  /** Folder of rules. */
  readonly policy: string;
  /** File that signed checkpoints are appended to: on another host's disk, where that can be. */
  readonly checkpoints: string;
  /** PEM file of the key that signs them (Ed25519, PKCS #8). */
  readonly checkpointKey: string;
  /** Undefined: those of the configured domains. */
  readonly upnSuffixes: readonly string[] | undefined;
  readonly exceptedSids: readonly string[];
  readonly ownAccountSids: readonly string[];
  readonly identityProviders: readonly IdentityProviderConfig[];
  readonly limits: ServiceLimits;
}
export interface IdentityProviderConfig {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly algorithms: readonly string[] | undefined;
  readonly tokenTypes: readonly ('at+jwt' | 'JWT')[] | undefined;
  readonly jwksUri: string | undefined;
  readonly clockToleranceSeconds: number | undefined;
  readonly maxTokenAgeMinutes: number | undefined;
  readonly accountClaim: string | undefined;
  readonly groupsClaim: string | undefined;
  readonly passedClaims: readonly string[] | undefined;
  /** PEM file. */
  readonly ca: string | undefined;
}
const limits = {
  /** Keys kept ready. */
  keyPool: 8,
  liveCards: 1000,
  openSessions: 10_000,
  openSessionsPerCaller: 2000,
  cardsPerSession: 8,
  cardMinutes: 5,
  /** Within which a grant is used and an approval given. */
  patienceMinutes: 10,
  /** After which a session that goes on is decided again, and for which it goes on beyond that while the directory does not answer. */
  reviewMinutes: 5,
  undecidedMinutes: 30,
  sessionsPerCallerPerMinute: 60,
  sessionsPerMinute: 6000,
  requestsPerAddressPerMinute: 3000,
  /** Seconds that a launch token is good. */
  launchSeconds: 120,
  gatewaySessions: 500,
  /** RDP clients that have shown no token yet, in all and of one address (IPv6: of one /64). */
  halfOpen: 256,
  halfOpenPerAddress: 32,
  /** RDP clients that are let as far as TLS, of one address and in all. */
  handshakesPerAddressPerMinute: 240,
  handshakesPerMinute: 6000,
  /** Without input, after which a session ends. */
  idleMinutes: 60,
};
export type ServiceLimits = { readonly [K in keyof typeof limits]: number };

export const serviceFolder = (home: string): string => join(home, 'service');
/** Journal, sessions and tokens. */
export const databaseFile = (home: string): string => join(serviceFolder(home), 'mayfly.sqlite');

/** What the file says of the service. */
export type ServiceSettings = {
  readonly [K in keyof Omit<ServiceConfig, 'limits' | 'identityProviders'>]?: ServiceConfig[K];
} & {
  readonly limits?: Partial<ServiceLimits>;
  readonly identityProviders?: readonly (Pick<IdentityProviderConfig, 'issuer' | 'audiences'> &
    Partial<IdentityProviderConfig>)[];
};

/** Of a service without a configuration: a lab CA that `mayfly serve` makes and keeps. */
export const embeddedService: ServiceSettings = { ca: 'demo', publicHttp: '127.0.0.1:8080' };

export function effectiveService(
  given: ServiceSettings | undefined,
  home: string,
  note: <Value>(path: string, value: Value) => Value,
  inFile: (path: string) => string,
): ServiceConfig {
  const settings = given ?? {};
  const folder = serviceFolder(home);
  const at = <Value>(name: string, value: Value) => note(`service.${name}`, value);
  const optional = (name: string, path: string | undefined) => (path === undefined ? undefined : at(name, inFile(path)));
  const file = (name: 'directory' | 'policy' | 'checkpoints' | 'checkpointKey', fallback: string) =>
    at(name, settings[name] === undefined ? join(folder, fallback) : inFile(settings[name]));
  return {
    listen: at('listen', settings.listen ?? '127.0.0.1:8443'),
    publicHttp: settings.publicHttp === undefined ? undefined : at('publicHttp', settings.publicHttp),
    gateway: settings.gateway === undefined ? undefined : at('gateway', settings.gateway),
    gatewayAddress: settings.gatewayAddress === undefined ? undefined : at('gatewayAddress', settings.gatewayAddress),
    names: at('names', settings.names ?? ['localhost', '127.0.0.1', '::1']),
    certificate: optional('certificate', settings.certificate),
    key: optional('key', settings.key),
    ca: at('ca', settings.ca ?? 'default'),
    directory: file('directory', 'directory.yaml'),
    policy: file('policy', 'policy'),
    checkpoints: file('checkpoints', 'checkpoints.jsonl'),
    checkpointKey: file('checkpointKey', 'checkpoint.key'),
    upnSuffixes:
      settings.upnSuffixes &&
      at(
        'upnSuffixes',
        settings.upnSuffixes.map((suffix) => suffix.toLowerCase()),
      ),
    exceptedSids: at('exceptedSids', settings.exceptedSids ?? []),
    ownAccountSids: at('ownAccountSids', settings.ownAccountSids ?? []),
    identityProviders: (settings.identityProviders ?? []).map((provider, i): IdentityProviderConfig => {
      for (const name of Object.keys(provider)) at(`identityProviders[${i}].${name}`, name);
      return {
        issuer: provider.issuer,
        audiences: provider.audiences,
        algorithms: provider.algorithms,
        tokenTypes: provider.tokenTypes,
        jwksUri: provider.jwksUri,
        clockToleranceSeconds: provider.clockToleranceSeconds,
        maxTokenAgeMinutes: provider.maxTokenAgeMinutes,
        accountClaim: provider.accountClaim,
        groupsClaim: provider.groupsClaim,
        passedClaims: provider.passedClaims,
        ca: provider.ca === undefined ? undefined : inFile(provider.ca),
      };
    }),
    limits: Object.fromEntries(
      Object.entries(limits).map(([name, value]) => [
        name,
        at(`limits.${name}`, settings.limits?.[name as keyof ServiceLimits] ?? value),
      ]),
    ) as ServiceLimits,
  };
}
