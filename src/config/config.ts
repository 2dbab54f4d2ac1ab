import type { DirectoryConfig } from './directories-config.ts';
import type { SecretSource } from './secret.ts';
import type { ServiceConfig } from './service-config.ts';

/** Where an effective value came from. */
export type Origin =
  | { readonly from: 'default'; readonly because?: string }
  | { readonly from: 'environment'; readonly variable: string }
  | { readonly from: 'file'; readonly file: string; readonly line: number; readonly column: number };

/** The whole configuration, defaults filled in; names in lower case, paths absolute. */
export interface Config {
  /** The data folder. */
  readonly home: string;
  /** The file that was read; undefined if there is none. */
  readonly file: string | undefined;
  readonly forests: readonly ForestConfig[];
  readonly domains: readonly DomainConfig[];
  readonly cas: readonly CaConfig[];
  readonly realms: readonly RealmConfig[];
  /** Addresses of DNS servers to find KDCs with; the system's when empty. */
  readonly dnsServers: readonly string[];
  readonly targets: readonly TargetConfig[];
  /** Active Directory domains; none: the service's directory is a file. */
  readonly directories: readonly DirectoryConfig[];
  readonly service: ServiceConfig;
  /** By setting, as faults name it (`cas[0].socket`): where its value came from. */
  readonly origins: Readonly<Record<string, Origin>>;
}
export interface ForestConfig {
  /** The forest root's DNS name. */
  readonly name: string;
}
export interface DomainConfig {
  readonly name: string;
  /** The domain itself unless set. */
  readonly forest: string;
  /** The domain's name unless set. */
  readonly upnSuffixes: readonly string[];
  /** As hosts write the domain; undefined: the first label of its name. */
  readonly netBiosName: string | undefined;
}
export interface CaConfig {
  readonly name: string;
  readonly passphrase: SecretSource;
  /** Undefined: those of the domains that the CA was made for. */
  readonly upnSuffixes: readonly string[] | undefined;
  readonly refusedSids: readonly string[];
  /** The file that `mayfly ca refused-sids` writes; without one only a lab CA issues anything. */
  readonly refusedSidList: string | undefined;
  /** 1 to 1440. */
  readonly refusedSidListMaxAgeMinutes: number;
  /** On the list and certified nonetheless. */
  readonly exceptedSids: readonly string[];
  /** Of a logon certificate, 1 to 30. */
  readonly maxLifetimeMinutes: number;
  /** `HOME/ca/NAME/ca.sock` unless set. */
  readonly socket: string;
}
/** A Kerberos realm; what is undefined is Mayfly's own default. */
export interface RealmConfig {
  readonly name: string;
  /** Empty: found by DNS. */
  readonly kdcs: readonly string[];
  readonly kdcNames: readonly string[];
  readonly anchors: readonly string[];
  readonly crls: readonly string[];
  /** `require`: a KDC's certificate counts only with a CRL of each issuer but the anchor's own. */
  readonly revocation: 'if-given' | 'require' | undefined;
  readonly proxyCas: readonly string[];
  readonly group: 'modp-14' | 'modp-16' | 'p-256' | undefined;
  readonly encryptionTypes: readonly string[] | undefined;
  readonly supportedKdfs: boolean | undefined;
  readonly clientDhNonce: boolean | undefined;
  readonly oldDomainControllers: boolean | undefined;
  /** False: KDCs that sign with SHA-1 are refused. */
  readonly sha1Kdcs: boolean | undefined;
}
/** An RDP host that is not, or not only, known by a directory. There is no password in it. */
export interface TargetConfig {
  readonly name: string;
  /** Its name unless set. */
  readonly address: string;
  readonly port: number;
  /** `nla` refuses hosts that want less; `tls` is for hosts that have no more. */
  readonly security: 'nla' | 'tls';
  /** True: CredSSP below version 5, which a man in the middle can have proven to him (CVE-2018-0886), is taken from this host. */
  readonly oldCredSsp: boolean;
  /** SHA-256 of its certificate, lower-case hex. */
  readonly pins: readonly string[];
  readonly anchors: readonly string[];
  /** Sent as user name where certificates are mapped with a hint. */
  readonly userNameHint: string | undefined;
  /** `without-card`: the host logs on without it, so no rule counts the card's operations there. */
  readonly logon: 'with-card' | 'without-card';
}
export const RDP_PORT = 3389;
export const defaultMaxLifetimeMinutes = 30;
export const defaultRefusedSidListMaxAgeMinutes = 60;

export function originText(origin: Origin): string {
  switch (origin.from) {
    case 'default':
      return origin.because === undefined ? 'default' : `default, ${origin.because}`;
    case 'environment':
      return `environment, ${origin.variable}`;
    case 'file':
      return `${origin.file}:${origin.line}`;
  }
}
