import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiClient } from '../../client/api-client.ts';
import type { Config } from '../../config/config.ts';
import { loadConfig } from '../../config/load-config.ts';
import { readSecret } from '../../config/secret.ts';
import { serviceFolder } from '../../config/service-config.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { adminTokenFile, demoTokenFile, urlFile } from './service-places.ts';

/** Options of every command that asks a service. */
export interface ClientOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly url?: string;
  readonly tlsCa?: string;
  readonly tokenFile?: string;
  readonly args: readonly string[];
}
/** Whose token is looked for where none is named: an administrator's, or before it that of the embedded default's person. */
export type Asker = 'admin' | 'person';

/** The service that is named, or that of the data folder. @throws MayflyError `service-…`, `secret-…`, ConfigError */
export async function serviceClient(options: ClientOptions, asker: Asker): Promise<ApiClient> {
  return clientOf(await loadConfig({ env: process.env, file: options.config }), options, asker);
}
/** Where and how a service is asked, besides the configuration. */
export type ServiceAddress = Pick<ClientOptions, 'url' | 'tlsCa' | 'tokenFile'>;
/** @throws as `serviceClient` does */
export async function clientOf(config: Config, options: ServiceAddress, asker: Asker): Promise<ApiClient> {
  const url = await urlOf(config, options);
  const ca = await caOf(config, options);
  const token = await tokenOf(config, options, asker);
  return new ApiClient({ url, ca, token });
}
async function urlOf(config: Config, { url }: ServiceAddress): Promise<string> {
  const named = url ?? process.env['MAYFLY_URL'];
  if (named) return named;
  const written = await readFile(urlFile(serviceFolder(config.home)), 'utf8').catch(() => undefined);
  if (written !== undefined) return written.trim();
  throw new MayflyError('service-unknown', `no service has run on the data folder ${config.home}`, {
    next: 'start one with `mayfly serve`, or name one with --url or MAYFLY_URL',
  });
}
/** A certificate of the service's own is known by its file; others by the CAs that this system trusts. */
async function caOf({ home, service }: Config, { tlsCa }: ServiceAddress): Promise<string | undefined> {
  const own = join(serviceFolder(home), 'tls.crt');
  const file = tlsCa ?? (service.certificate === undefined && existsSync(own) ? own : undefined);
  return file === undefined
    ? undefined
    : readFile(file, 'utf8').catch((cause: unknown) => {
        throw new MayflyError('service-ca', `the certificate ${file} cannot be read`, { cause, next: 'correct --tls-ca' });
      });
}
async function tokenOf({ home }: Config, { tokenFile }: ServiceAddress, asker: Asker): Promise<string> {
  const folder = serviceFolder(home);
  const named = tokenFile ?? process.env['MAYFLY_TOKEN_FILE'];
  const usual = asker === 'person' ? [demoTokenFile(folder), adminTokenFile(folder)] : [adminTokenFile(folder)];
  const file = named || usual.find((path) => existsSync(path));
  if (!file)
    throw new MayflyError('service-token', `there is no token in ${folder}`, {
      next: 'name a file that holds one with --token-file or MAYFLY_TOKEN_FILE; `mayfly token create` makes one',
    });
  const from = tokenFile !== undefined ? '--token-file' : named === file ? 'MAYFLY_TOKEN_FILE' : `the data folder (${file})`;
  const secret = await readSecret({ file, from });
  const token = secret.toString('utf8').trim();
  secret.fill(0);
  return token;
}
