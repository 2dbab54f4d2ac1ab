import type { Identity } from './enterprise-ca.ts';

export interface SambaSettings {
  readonly address: string;
  /** In upper case, as Active Directory names it. */
  readonly realm: string;
  /** NetBIOS name of the domain. */
  readonly domain: string;
  /** Its first label is the server's NetBIOS name. */
  readonly host: string;
  readonly administratorPassword: string;
  readonly accounts: readonly string[];
}

/** smb.conf: everything below `folder`, one address, and only the services a logon needs. */
export function sambaConfiguration(
  folder: string,
  settings: SambaSettings,
  tls?: Identity & { readonly anchors: string },
): string {
  return `[global]
  netbios name = ${settings.host.split('.')[0]?.toUpperCase()}
  realm = ${settings.realm}
  workgroup = ${settings.domain}
  server role = active directory domain controller
  interfaces = ${settings.address}/8
  bind interfaces only = yes
  server services = ldap, cldap, kdc, rpc
  private dir = ${folder}/private
  lock directory = ${folder}
  state directory = ${folder}/state
  cache directory = ${folder}/cache
  pid directory = ${folder}/run
  ncalrpc dir = ${folder}/run/ncalrpc
  binddns dir = ${folder}/bind-dns
  winbindd socket directory = ${folder}/run/winbindd
  log file = ${folder}/log/%m.log
  logging = file
  max log size = 0
  log level = 1 kerberos:3 auth_audit:3
  idmap_ldb:use rfc2307 = yes
${
  tls === undefined
    ? ''
    : `  tls enabled = yes
  tls certfile = ${tls.certificate}
  tls keyfile = ${tls.key}
  tls cafile = ${tls.anchors}
`
}[sysvol]
  path = ${folder}/state/sysvol
  read only = No
[netlogon]
  path = ${folder}/state/sysvol/${settings.realm.toLowerCase()}/scripts
  read only = No
`;
}

/** krb5.conf of Samba's own KDC (Heimdal): it lies beside smb.conf. `anchors` is one file, Heimdal takes no second line. */
export function sambaKdcConfiguration(realm: string, identity: Identity, anchors: string): string {
  return `[libdefaults]
  default_realm = ${realm}
  dns_lookup_kdc = false
  dns_lookup_realm = false
[kdc]
  enable-pkinit = yes
  pkinit_identity = FILE:${identity.certificate},${identity.key}
  pkinit_anchors = FILE:${anchors}
`;
}
