import { certificatesOf, pemBlocks } from '../../ca/pem.ts';
import type { Config, RealmConfig } from '../../config/config.ts';
import { encryptionTypeNamed } from '../../crypto/encryption-type.ts';
import { type RealmProfile, realmProfile } from '../../kerberos/realm-profile.ts';
import { type KdcAddress, kdcAddress } from '../../net/kdc-address.ts';
import { configuredKdcs } from '../../net/kdc-client.ts';
import { KdcLocation } from '../../net/kdc-location.ts';
import type { KdcTrust } from '../../net/kerberos-answers.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { clock } from '../clock.ts';
import { readGiven } from './ca-install.ts';

/** Options about realms that several commands have; they stand above the configuration. */
export interface RealmOptions {
  readonly kdc?: readonly string[];
  readonly anchor?: readonly string[];
  readonly group?: RealmProfile['group'];
  readonly kdfs?: boolean;
  readonly oldDomainControllers?: boolean;
}
/** All that a logon in a realm, and in those it leads to, needs to know. */
export interface Realms {
  /** As the configuration writes it, otherwise as given. */
  readonly realm: string;
  readonly profile: (realm: string) => RealmProfile;
  readonly kdcsOf: (realm: string) => Promise<readonly KdcAddress[]>;
  readonly trust: KdcTrust;
  /** PEM of the CAs of KDC proxies, where they are not the system's. */
  readonly proxyCa: string | undefined;
}
const defined = <T extends object>(values: T) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]: NonNullable<T[K]> };
const numbersOf = (names: readonly string[] | undefined) => names?.flatMap((name) => encryptionTypeNamed(name)?.etype ?? []);

function profileOf(realm: string, configured: RealmConfig | undefined, options: RealmOptions): RealmProfile {
  const settings = defined({
    group: options.group ?? configured?.group,
    encryptionTypes: numbersOf(configured?.encryptionTypes),
    supportedKdfs: options.kdfs ?? configured?.supportedKdfs,
    clientDhNonce: configured?.clientDhNonce,
    oldDomainControllers: options.oldDomainControllers ?? configured?.oldDomainControllers,
    kdcNames: configured?.kdcNames,
  });
  const modern = ['SHA-256', 'SHA-384', 'SHA-512'] as const;
  return realmProfile(realm, { ...settings, ...(configured?.sha1Kdcs === false && { kdcDigests: modern }) });
}
async function readAll(files: readonly string[]): Promise<Uint8Array[]> {
  return Promise.all(files.map((file) => readGiven(file)));
}
async function anchorsIn(files: readonly string[]): Promise<Uint8Array[]> {
  const contents = await readAll(files);
  return contents.flatMap((content, i) => {
    const found = certificatesOf(content);
    if (found.length > 0) return found;
    throw new MayflyError('kdc-anchor', `there is no certificate in ${files[i]}`, { next: 'name a PEM or DER file' });
  });
}
function crlsIn(content: Uint8Array): Uint8Array[] {
  if (content[0] === 0x30) return [content];
  return pemBlocks(Buffer.from(content).toString('latin1')).flatMap(({ label, der }) => (label === 'X509 CRL' ? [der] : []));
}
/**
 * The realms as configured, with the options for the one that is asked for first.
 * @throws MayflyError `kdc-anchor` when nothing says whom to trust
 */
export async function realmsFor(config: Config, name: string, options: RealmOptions): Promise<Realms> {
  const find = (realm: string) => config.realms.find((each) => each.name.toUpperCase() === realm.toUpperCase());
  const realm = find(name)?.name ?? name;
  const isFirst = (other: string) => other.toUpperCase() === realm.toUpperCase();
  const given = options.anchor ?? [];
  const anchors = await anchorsIn(given.length > 0 ? given : config.realms.flatMap((each) => each.anchors));
  if (anchors.length === 0)
    throw new MayflyError('kdc-anchor', `nothing says which CA the KDCs of realm ${realm} have their certificates from`, {
      next: 'name its certificate with --anchor, or as realms[].anchors in the configuration',
    });
  const configured = new Map(config.realms.map((each) => [each.name.toUpperCase(), each.kdcs.map(kdcAddress)]));
  if (options.kdc && options.kdc.length > 0) configured.set(realm.toUpperCase(), options.kdc.map(kdcAddress));
  const location = new KdcLocation({ servers: config.dnsServers, random: Math.random, clock });
  const proxyCas = await anchorsText(config.realms.flatMap((each) => each.proxyCas));
  const crls = (await readAll(config.realms.flatMap((each) => each.crls))).flatMap(crlsIn);
  return {
    realm,
    profile: (other) => profileOf(other, find(other), isFirst(other) ? options : {}),
    kdcsOf: configuredKdcs(configured, (other) => location.kdcsOf(other)),
    trust: { anchors, crls, revocation: 'if-given' },
    proxyCa: proxyCas || undefined,
  };
}
async function anchorsText(files: readonly string[]): Promise<string> {
  return (await readAll(files)).map((content) => Buffer.from(content).toString('latin1')).join('\n');
}
