import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A Debian package that the tests talk to, the program or file that proves it is there, and what it is for. */
type Peer = { readonly name: string; readonly proof: string; readonly use: string };

export const peers: readonly Peer[] = [
  { name: 'openssl', proof: 'openssl', use: 'second opinion on keys, certificates, CRLs and CMS' },
  { name: 'gnutls-bin', proof: 'certtool', use: 'third opinion on certificates; card client: p11tool' },
  { name: 'krb5-user', proof: 'kinit', use: 'Kerberos client: kinit, klist, kvno' },
  { name: 'krb5-pkinit', proof: '/usr/lib/*/krb5/plugins/preauth/pkinit.so', use: 'PKINIT for kinit and for the MIT KDC' },
  { name: 'krb5-k5tls', proof: '/usr/lib/*/krb5/plugins/tls/k5tls.so', use: 'HTTPS for kinit, to a KDC proxy' },
  { name: 'krb5-kdc', proof: 'krb5kdc', use: 'MIT KDC' },
  { name: 'krb5-admin-server', proof: 'kadmin.local', use: 'principals of the MIT KDC' },
  { name: 'samba', proof: 'samba', use: 'Samba AD domain controller with its Heimdal KDC' },
  {
    name: 'samba-ad-dc',
    proof: '/var/lib/dpkg/info/samba-ad-dc.list',
    use: 'Samba AD domain controller: a package of dependencies only',
  },
  { name: 'samba-ad-provision', proof: '/usr/share/samba/setup/provision.ldif', use: 'a new Samba domain' },
  { name: 'samba-dsdb-modules', proof: '/usr/lib/*/samba/ldb/acl.so', use: "the domain controller's directory" },
  { name: 'samba-vfs-modules', proof: '/usr/lib/*/samba/vfs/acl_xattr.so', use: "the domain controller's SYSVOL" },
  { name: 'winbind', proof: 'winbindd', use: 'a service the domain controller starts' },
  { name: 'dnsmasq-base', proof: 'dnsmasq', use: 'DNS server: the SRV records by which a KDC is found' },
  { name: 'wireshark-common', proof: 'dumpcap', use: 'captures what goes to a KDC' },
  { name: 'tshark', proof: 'tshark', use: 'decodes what was captured: an independent reading of Kerberos' },
  { name: 'ldap-utils', proof: 'ldapsearch', use: 'LDAP client' },
  { name: 'libsasl2-modules-gssapi-mit', proof: '/usr/lib/*/sasl2/libgssapiv2.so', use: 'LDAP signed by Kerberos' },
  { name: 'ldb-tools', proof: 'ldbmodify', use: "changes in the domain controller's database" },
  { name: 'pcscd', proof: 'pcscd', use: 'PC/SC: what card clients talk to' },
  { name: 'vsmartcard-vpcd', proof: '/usr/lib/pcsc/drivers/serial/libifdvpcd.so', use: 'a PC/SC reader that takes cards by TCP' },
  { name: 'opensc', proof: 'pkcs11-tool', use: 'card client: OpenSC with its own PIV driver' },
  {
    name: 'opensc-pkcs11',
    proof: '/usr/lib/*/opensc-pkcs11.so',
    use: 'card client: PKCS #11 for kinit, GnuTLS, OpenSSH, openssl',
  },
  { name: 'yubico-piv-tool', proof: 'yubico-piv-tool', use: 'card client: a second PIV implementation' },
  { name: 'ykcs11', proof: '/usr/lib/*/libykcs11.so.2', use: 'card client: PKCS #11 over the second PIV implementation' },
  { name: 'libengine-pkcs11-openssl', proof: '/usr/lib/*/engines-3/pkcs11.so', use: 'card client: openssl with keys on a card' },
  { name: 'xrdp', proof: 'xrdp-sesman', use: 'RDP host: TLS, a desktop, card redirection' },
  { name: 'xorgxrdp', proof: '/usr/lib/xorg/modules/libxorgxrdp.so', use: "RDP host: xrdp's desktops" },
  { name: 'freerdp2-shadow-x11', proof: 'freerdp-shadow-cli', use: 'RDP host: a second implementation' },
  { name: 'freerdp2-x11', proof: 'xfreerdp', use: 'RDP client: the stock one' },
  { name: 'xvfb', proof: 'Xvfb', use: 'a screen for FreeRDP' },
  { name: 'x11-utils', proof: 'xdpyinfo', use: 'tells when the screen is there' },
  { name: 'openssh-client', proof: 'ssh-agent', use: 'card client: ssh-keygen and ssh-agent' },
  { name: 'softhsm2', proof: 'softhsm2-util', use: 'bench: PKCS #11 without a card' },
  { name: 'python3', proof: '/usr/bin/python3', use: 'bench: a loop over a PKCS #11 library; formulas in another hand' },
  { name: 'python3-gssapi', proof: '/usr/lib/python3/dist-packages/gssapi/__init__.py', use: "CredSSP host with MIT's GSS-API" },
  {
    name: 'python3-impacket',
    proof: '/usr/lib/python3/dist-packages/impacket/dcerpc/v5/ndr.py',
    use: 'second opinion on NDR: replies of the smart card service',
  },
  { name: 'iproute2', proof: 'ip', use: 'addresses in the network namespace of a scenario' },
  { name: 'util-linux', proof: 'unshare', use: 'the network namespace of a scenario' },
  { name: 'gcc', proof: 'cc', use: 'compiles the program that searches the memory of a process for keys' },
  { name: 'libc6-dev', proof: '/usr/include/stdio.h', use: 'headers for the memory search' },
  { name: 'libgmp-dev', proof: '/usr/include/*/gmp.h', use: 'large numbers for the memory search' },
];

function isThere(proof: string): boolean {
  if (proof.includes('*')) return globSync(proof).length > 0;
  if (proof.startsWith('/')) return existsSync(proof);
  // Debian keeps daemons in sbin, which is not on everyone's PATH.
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(join(folder, proof)));
}

export const missingPeers = (): readonly Peer[] => peers.filter((peer) => !isThere(peer.proof));

/** True where a developer does without the lab: `MAYFLY_LAB=optional`, peers missing, and not in CI. */
export function labAbsent(): boolean {
  return process.env['MAYFLY_LAB'] === 'optional' && !isCi() && missingPeers().length > 0;
}

function isCi(): boolean {
  const ci = process.env['CI'] ?? '';
  return ci !== '' && ci !== '0' && ci !== 'false';
}

function isDebian(): boolean {
  return existsSync('/etc/os-release') && /^ID(_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'));
}

const installCommand = (names: readonly string[]): string[] => ['apt-get', 'install', '-y', '--no-install-recommends', ...names];

/** Looks for the peers, installs what is missing where it may; false where the tests cannot go on. */
export function readyPeers(say: (line: string) => void): boolean {
  const missing = missingPeers();
  if (missing.length === 0) {
    say(`peers: all ${peers.length} are there`);
    return true;
  }
  say(`peers: ${missing.length} of ${peers.length} are missing`);
  for (const peer of missing) say(`  ${peer.name}: ${peer.use} (looked for ${peer.proof})`);
  if (labAbsent()) {
    say('peers: MAYFLY_LAB=optional: the lab scenarios are skipped');
    return true;
  }
  const names = missing.map((peer) => peer.name);
  const byHand = `apt-get update && ${installCommand(names).join(' ')}`;
  if (!isDebian() || process.getuid?.() !== 0) {
    say(`peers: install them as root on Debian 12 and start again:\n\n  ${byHand}\n`);
    say('peers: or skip the lab scenarios with MAYFLY_LAB=optional');
    return false;
  }
  if (!withoutDaemons(() => aptGet(['update', '-q'], say) && aptGet([...installCommand(names).slice(1), '-q'], say))) {
    say(`peers: apt-get failed; by hand:\n\n  ${byHand}\n`);
    return false;
  }
  const still = missingPeers();
  for (const peer of still) say(`peers: ${peer.name} is installed, but ${peer.proof} is not there`);
  return still.length === 0;
}

function aptGet(args: readonly string[], say: (line: string) => void): boolean {
  say(`peers: apt-get ${args.join(' ')}`);
  const started = Date.now();
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = spawnSync('apt-get', args, { stdio: ['ignore', 'inherit', 'inherit'], env });
  say(
    `peers: apt-get ${args[0]} ended with ${run.status ?? run.signal ?? run.error?.message} after ${Math.round((Date.now() - started) / 1000)} s`,
  );
  return run.status === 0;
}

const POLICY = '/usr/sbin/policy-rc.d';

/** Runs `install` while policy-rc.d forbids every daemon to start (exit code 101: action forbidden by policy). */
function withoutDaemons(install: () => boolean): boolean {
  const aside = `${POLICY}.mayfly`;
  // A run that was killed has left its own policy behind and the machine's aside.
  if (existsSync(POLICY) && !existsSync(aside)) renameSync(POLICY, aside);
  writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return install();
  } finally {
    rmSync(POLICY);
    if (existsSync(aside)) renameSync(aside, POLICY);
  }
}
