import type { LabRun } from './lab-run.ts';

/** A running KDC, as far as a client and an observer need it. */
export interface Kdc {
  readonly name: string;
  readonly realm: string;
  /** The name in its certificate, and where it listens. */
  readonly host: string;
  readonly address: string;
  /** The MIT client's krb5.conf for this realm. */
  readonly clientConfiguration: string;
  readonly log: string;
  /** The line of its log that ends an AS exchange with a ticket. */
  readonly granted: RegExp;
  /** A line of its log that refuses an AS exchange. */
  readonly refused: RegExp;
}

/** Another realm, as far as a client that is referred to it needs to know. */
export interface Neighbour {
  readonly realm: string;
  readonly address: string;
}

export interface KdcClientSettings {
  readonly name: string;
  readonly realm: string;
  readonly address: string;
  /** CAs by which the client trusts the KDC; and its own certificate, which MIT's client verifies before it sends it. */
  readonly anchors: readonly string[];
  readonly neighbours?: readonly Neighbour[] | undefined;
  /** A KDC proxy in front of the KDC, and the CA of its certificate. */
  readonly proxy?: { readonly url: string; readonly anchor: string };
}

const domainRealm = (realm: string) => `  .${realm.toLowerCase()} = ${realm}\n  ${realm.toLowerCase()} = ${realm}\n`;

export function writeClientConfiguration(lab: LabRun, settings: KdcClientSettings): string {
  const { neighbours = [], proxy } = settings;
  const kdc = proxy === undefined ? `${settings.address}:88` : `${proxy.url}\n    http_anchors = FILE:${proxy.anchor}`;
  return lab.write(
    `client/${settings.name}.conf`,
    `[libdefaults]
  default_realm = ${settings.realm}
  dns_lookup_kdc = false
  dns_lookup_realm = false
  dns_canonicalize_hostname = false
  rdns = false
  udp_preference_limit = 0
[realms]
  ${settings.realm} = {
    kdc = ${kdc}
${settings.anchors.map((file) => `    pkinit_anchors = FILE:${file}\n`).join('')}    pkinit_eku_checking = kpKDC
  }
${neighbours.map(({ realm, address }) => `  ${realm} = {\n    kdc = ${address}:88\n  }\n`).join('')}[domain_realm]
${[settings, ...neighbours].map(({ realm }) => domainRealm(realm)).join('')}`,
  );
}
