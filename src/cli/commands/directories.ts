import { certificatesOf, toPem } from '../../ca/pem.ts';
import type { Config } from '../../config/config.ts';
import type { DirectoryConfig } from '../../config/directories-config.ts';
import { DomainControllers } from '../../directory/domain-controllers.ts';
import { LdapDirectory, type LdapDirectorySettings } from '../../directory/ldap-directory.ts';
import type { LdapServer } from '../../directory/ldap-socket.ts';
import { KdcLocation } from '../../net/kdc-location.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { clock } from '../clock.ts';
import { readGiven } from './ca-install.ts';
import { simpleBind } from './simple-bind.ts';

/** Milliseconds until a connection is up and proven. */
const PATIENCE = 5000;
const ports = { ldaps: 636, starttls: 389 } as const;

function serverOf(text: string, port: number): LdapServer {
  const [, bracketed, plain = '', given] = /^(?:\[(.+)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? [];
  return { host: bracketed ?? plain, port: given === undefined ? port : Number(given) };
}
async function anchorsIn(files: readonly string[]): Promise<string[]> {
  const contents = await Promise.all(files.map((file) => readGiven(file)));
  return contents.flatMap((content, i) => {
    const found = certificatesOf(content);
    if (found.length === 0)
      throw new MayflyError('directory-anchor', `there is no certificate in ${files[i]}`, { next: 'name a PEM or DER file' });
    return found.map((der) => toPem('CERTIFICATE', der));
  });
}
/** Who binds instead of the configured account: an admin, for what that account may not do. */
export type Credentials = Pick<DirectoryConfig, 'account' | 'password'>;

/** The domain controllers of one configured domain. @throws MayflyError `directory-anchor`, `file-read` */
export async function controllersOf(
  config: Config,
  directory: DirectoryConfig,
  credentials: Credentials = directory,
): Promise<DomainControllers> {
  const port = ports[directory.security];
  const configured = directory.servers.map((server) => serverOf(server, port));
  const location = new KdcLocation({ servers: config.dnsServers, random: Math.random, clock });
  // SRV records name the port of LDAP in clear, which is that of STARTTLS.
  const byDns = async () =>
    (await location.domainControllersOf(directory.domain)).map((found) => ({
      host: found.host,
      port: directory.security === 'ldaps' ? port : found.port,
    }));
  return new DomainControllers({
    domain: directory.domain,
    locate: configured.length > 0 ? async () => configured : byDns,
    security: { how: directory.security, anchors: await anchorsIn(directory.anchors), patience: PATIENCE },
    bind: simpleBind(credentials),
    elapsed: () => performance.now(),
  });
}
/** The directory port over all configured domains; undefined where the configuration has none. */
export async function ldapDirectoryOf(
  config: Config,
  progress?: LdapDirectorySettings['progress'],
): Promise<LdapDirectory | undefined> {
  if (config.directories.length === 0) return undefined;
  const domains = await Promise.all(
    config.directories.map(async (directory) => ({
      controllers: await controllersOf(config, directory),
      searchBase: directory.searchBase,
      labels: directory.hostLabels,
    })),
  );
  return new LdapDirectory({ domains, clock, ...(progress ? { progress } : {}) });
}
