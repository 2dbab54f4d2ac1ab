import { join } from 'node:path';
import { caFolder } from '../../ca/ca-folder.ts';
import type { Config } from '../../config/config.ts';
import { loadConfig } from '../../config/load-config.ts';
import { type ServiceConfig, serviceFolder } from '../../config/service-config.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';

export interface ServeOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly listen?: string;
  readonly publicHttp?: string;
  readonly domain?: string;
  readonly args: readonly string[];
}
/** Everything a service needs to know before it starts. */
export interface ServicePlan {
  readonly config: Config;
  readonly service: ServiceConfig;
  readonly folder: string;
  /** Of the CA process. */
  readonly socket: string;
  /** Without a configuration file: a lab CA, an account and a host of this made-up domain are made, and the CA process is kept. */
  readonly embedded: { readonly domain: string } | undefined;
  /** Lower-case DNS names. */
  readonly upnSuffixes: readonly string[];
}
const DEMO_DOMAIN = 'demo.mayfly.test';

/** @throws ConfigError, MayflyError `service-plan` */
export async function servicePlan(options: ServeOptions): Promise<ServicePlan> {
  const config = await loadConfig({ env: process.env, file: options.config });
  const isEmbedded = config.file === undefined;
  if (!isEmbedded && options.domain !== undefined)
    throw new MayflyError('service-plan', '--domain is for the embedded default only', {
      next: `write the domain into ${config.file}`,
    });
  const { listen, publicHttp } = config.service;
  const service = { ...config.service, listen: options.listen ?? listen, publicHttp: options.publicHttp ?? publicHttp };
  const domain = (options.domain ?? DEMO_DOMAIN).toLowerCase();
  const upnSuffixes = service.upnSuffixes ?? (isEmbedded ? [domain] : config.domains.flatMap((each) => each.upnSuffixes));
  if (upnSuffixes.length === 0)
    throw new MayflyError('service-plan', 'nothing says whose accounts the service may certify', {
      next: `add domains: [{ name: corp.example }] to ${config.file}`,
    });
  const configured = config.cas.find(({ name }) => name === service.ca);
  return {
    config,
    service,
    folder: serviceFolder(config.home),
    socket: configured?.socket ?? join(caFolder(config.home, service.ca).path, 'ca.sock'),
    embedded: isEmbedded ? { domain } : undefined,
    upnSuffixes,
  };
}
/** HOST:PORT in its parts; [IPv6] without its brackets. @throws MayflyError `listen-address` */
export function listenAddress(text: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, digits] = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host !== undefined && port <= 65_535) return { host, port };
  throw new MayflyError('listen-address', `"${text}" is not HOST:PORT`, { next: 'write it like 127.0.0.1:8443 or [::1]:8443' });
}
