import { certificatesOf, pemBlocks, toPem } from '../../ca/pem.ts';
import type { Config, RealmConfig } from '../../config/config.ts';
import { encryptionTypeNamed } from '../../crypto/encryption-type.ts';
import { type RealmProfile, realmProfile } from '../../kerberos/realm-profile.ts';
import { type KdcAddress, kdcAddress } from '../../net/kdc-address.ts';
import { KdcBackOff } from '../../net/kdc-back-off.ts';
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
  readonly backOff: KdcBackOff;
  readonly trust: (realm: string) => Promise<KdcTrust>;
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
type Part = 'certificate' | 'CRL';
const partsOf: Readonly<Record<Part, (content: Uint8Array) => Uint8Array[]>> = {
  certificate: certificatesOf,
  CRL: (content) =>
    content[0] === 0x30
      ? [content]
      : pemBlocks(Buffer.from(content).toString('latin1')).flatMap(({ label, der }) => (label === 'X509 CRL' ? [der] : [])),
};
/** What is in files, PEM or DER. @throws MayflyError `file-read`, `kdc-anchor` */
async function partsIn(files: readonly string[], part: Part): Promise<Uint8Array[]> {
  const contents = await Promise.all(files.map((file) => readGiven(file)));
  return contents.flatMap((content, i) => {
    const found = partsOf[part](content);
    if (found.length > 0) return found;
    throw new MayflyError('kdc-anchor', `there is no ${part} in ${files[i]}`, { next: 'name a PEM or DER file' });
  });
}
async function trustOf({ crls = [], revocation = 'if-given' }: Partial<RealmConfig>, anchors: readonly string[]) {
  return { anchors: await partsIn(anchors, 'certificate'), crls: await partsIn(crls, 'CRL'), revocation };
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
  const anchorsOf = (other: string) => (isFirst(other) && given.length > 0 ? given : (find(other)?.anchors ?? []));
  const own = anchorsOf(realm);
  if (own.length === 0)
    throw new MayflyError('kdc-anchor', `nothing says which CA the KDCs of realm ${realm} have their certificates from`, {
      next: 'name its certificate with --anchor, or as realms[].anchors in the configuration',
    });
  const trusts = new Map([[realm.toUpperCase(), trustOf(find(realm) ?? {}, own)]]);
  // A file that cannot be read is told now, not when a KDC has answered.
  await trusts.get(realm.toUpperCase());
  /** Those of a realm; where it has none of its own, as a domain of the same forest may, those of the first. */
  const trust = (other: string): Promise<KdcTrust> => {
    const anchors = anchorsOf(other);
    const key = (anchors.length > 0 ? other : realm).toUpperCase();
    const known = trusts.get(key) ?? trustOf(find(other) ?? {}, anchors);
    trusts.set(key, known);
    return known;
  };
  const configured = new Map(config.realms.map((each) => [each.name.toUpperCase(), each.kdcs.map(kdcAddress)]));
  if (options.kdc && options.kdc.length > 0) configured.set(realm.toUpperCase(), options.kdc.map(kdcAddress));
  const location = new KdcLocation({ servers: config.dnsServers, random: Math.random, clock });
  const proxyCas = await partsIn(
    config.realms.flatMap((each) => each.proxyCas),
    'certificate',
  );
  return {
    realm,
    profile: (other) => profileOf(other, find(other), isFirst(other) ? options : {}),
    kdcsOf: configuredKdcs(configured, (other) => location.kdcsOf(other)),
    backOff: new KdcBackOff(() => performance.now() / 1000),
    trust,
    proxyCa: proxyCas.length > 0 ? proxyCas.map((der) => toPem('CERTIFICATE', der)).join('') : undefined,
  };
}
