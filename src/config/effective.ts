import { dirname, join, resolve } from 'node:path';
import {
  type CaConfig,
  type Config,
  type DomainConfig,
  defaultMaxLifetimeMinutes,
  defaultRefusedSidListMaxAgeMinutes,
  type Origin,
  RDP_PORT,
  type RealmConfig,
  type TargetConfig,
} from './config.ts';
import type { DataFolder } from './data-folder.ts';
import { effectiveDirectories } from './directories-config.ts';
import type { ConfigFile } from './file-schema.ts';
import type { SecretSource } from './secret.ts';
import { effectiveService, embeddedService } from './service-config.ts';

export interface EffectiveInput {
  /** Free of faults. */
  readonly settings: ConfigFile;
  readonly file: string | undefined;
  /** From the environment; beats the file. */
  readonly environment: DataFolder | undefined;
  readonly fallback: () => DataFolder;
  /** Where the file gives a setting. */
  readonly originOf: (path: string) => Origin | undefined;
}

/** Fills in what the file leaves open and notes where each value came from. */
export function effectiveConfig({ settings, file, environment, fallback, originOf }: EffectiveInput): Config {
  const origins: Record<string, Origin> = {};
  const note = <Value>(path: string, value: Value, origin: Origin = originOf(path) ?? { from: 'default' }): Value => {
    origins[path] = origin;
    return value;
  };
  const folder = file === undefined ? '.' : dirname(resolve(file));
  const inFile = (path: string): string => resolve(folder, path);

  const own =
    settings.home === undefined
      ? undefined
      : { home: inFile(settings.home), origin: originOf('home') ?? ({ from: 'default' } as const) };
  const data = environment ?? own ?? fallback();
  const home = note('home', data.home, data.origin);

  const domains = (settings.domains ?? []).map((domain, i): DomainConfig => {
    const name = note(`domains[${i}].name`, domain.name.toLowerCase());
    return {
      name,
      forest: note(`domains[${i}].forest`, domain.forest?.toLowerCase() ?? name),
      netBiosName: domain.netBiosName === undefined ? undefined : note(`domains[${i}].netBiosName`, domain.netBiosName),
      upnSuffixes: note(`domains[${i}].upnSuffixes`, domain.upnSuffixes?.map((suffix) => suffix.toLowerCase()) ?? [name]),
    };
  });
  const forestNames = settings.forests?.length
    ? settings.forests.map(({ name }) => name.toLowerCase())
    : unique(domains.map(({ forest }) => forest));
  const cas = (settings.cas ?? []).map((ca, i): CaConfig => {
    const at = `cas[${i}]`;
    return {
      name: note(`${at}.name`, ca.name),
      passphrase: secretOf(ca.passphrase, `${at}.passphrase`),
      upnSuffixes:
        ca.upnSuffixes &&
        note(
          `${at}.upnSuffixes`,
          ca.upnSuffixes.map((suffix) => suffix.toLowerCase()),
        ),
      refusedSids: note(`${at}.refusedSids`, ca.refusedSids ?? []),
      refusedSidList: ca.refusedSidList === undefined ? undefined : note(`${at}.refusedSidList`, inFile(ca.refusedSidList)),
      refusedSidListMaxAgeMinutes: note(
        `${at}.refusedSidListMaxAgeMinutes`,
        ca.refusedSidListMaxAgeMinutes ?? defaultRefusedSidListMaxAgeMinutes,
      ),
      exceptedSids: note(`${at}.exceptedSids`, ca.exceptedSids ?? []),
      maxLifetimeMinutes: note(`${at}.maxLifetimeMinutes`, ca.maxLifetimeMinutes ?? defaultMaxLifetimeMinutes),
      socket: note(`${at}.socket`, ca.socket === undefined ? join(home, 'ca', ca.name, 'ca.sock') : inFile(ca.socket)),
    };
  });
  const realms = (settings.realms ?? []).map((realm, i): RealmConfig => {
    const at = `realms[${i}]`;
    for (const name of Object.keys(realm)) note(`${at}.${name}`, name);
    const files = (name: 'anchors' | 'crls' | 'proxyCas') => note(`${at}.${name}`, (realm[name] ?? []).map(inFile));
    return {
      name: realm.name,
      kdcs: note(`${at}.kdcs`, realm.kdcs ?? []),
      kdcNames: note(`${at}.kdcNames`, realm.kdcNames ?? []),
      anchors: files('anchors'),
      crls: files('crls'),
      revocation: realm.revocation,
      proxyCas: files('proxyCas'),
      group: realm.group,
      encryptionTypes: realm.encryptionTypes,
      supportedKdfs: realm.supportedKdfs,
      clientDhNonce: realm.clientDhNonce,
      oldDomainControllers: realm.oldDomainControllers,
      sha1Kdcs: realm.sha1Kdcs,
    };
  });
  const targets = (settings.targets ?? []).map((target, i): TargetConfig => {
    const at = `targets[${i}]`;
    const name = note(`${at}.name`, target.name.toLowerCase());
    return {
      name,
      address: note(`${at}.address`, target.address ?? name),
      port: note(`${at}.port`, target.port ?? RDP_PORT),
      security: note(`${at}.security`, target.security ?? 'nla'),
      oldCredSsp: note(`${at}.oldCredSsp`, target.oldCredSsp ?? false),
      pins: note(
        `${at}.pins`,
        (target.pins ?? []).map((pin) => pin.replaceAll(':', '').toLowerCase()),
      ),
      anchors: note(`${at}.anchors`, (target.anchors ?? []).map(inFile)),
      userNameHint: target.userNameHint && note(`${at}.userNameHint`, target.userNameHint),
      logon: note(`${at}.logon`, target.logon ?? 'with-card'),
    };
  });
  return {
    home,
    file,
    forests: forestNames.map((name, i) => ({ name: note(`forests[${i}].name`, name) })),
    domains,
    cas,
    realms,
    dnsServers: note('dnsServers', settings.dnsServers ?? []),
    targets,
    directories: effectiveDirectories(settings.directories, note, inFile, secretOf),
    service: effectiveService(file === undefined ? embeddedService : settings.service, home, note, inFile),
    origins,
  };

  /** @param setting such as `cas[0].passphrase` */
  function secretOf(
    { file: path, credential }: { readonly file?: string | undefined; readonly credential?: string | undefined },
    setting: string,
  ): SecretSource {
    const origin = originOf(setting);
    const from = origin?.from === 'file' ? `${setting} (${origin.file}:${origin.line}:${origin.column})` : setting;
    // The schema lets exactly one of the two through.
    if (path !== undefined) return { file: note(`${setting}.file`, inFile(path)), from };
    return { credential: note(`${setting}.credential`, credential ?? ''), from };
  }
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
