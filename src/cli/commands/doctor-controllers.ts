import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../config/config.ts';
import type { DirectoryConfig } from '../../config/directories-config.ts';
import { directoryTime } from '../../directory/directory-time.ts';
import type { DomainControllers } from '../../directory/domain-controllers.ts';
import { findAccount } from '../../directory/ldap-accounts.ts';
import type { LdapConnection } from '../../directory/ldap-connection.ts';
import type { LdapServer } from '../../directory/ldap-socket.ts';
import { type Compared, checkForest, planOf } from '../../directory/publication-plan.ts';
import type { AccountThere } from '../../doctor/account.ts';
import { controllerChecks, controllerFindings, type Held } from '../../doctor/controller.ts';
import { newestCrl, twinFinding } from '../../doctor/crl.ts';
import type { Look } from '../../doctor/examine.ts';
import { cannotTell, ok } from '../../doctor/finding.ts';
import type { HeldObject } from '../../doctor/publication.ts';
import { httpOctets } from '../../net/http-octets.ts';
import { crlObjectName, forestName } from '../../pki/publication.ts';
import type { Account } from '../../policy/account.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { clock } from '../clock.ts';
import { controllersOf } from './directories.ts';
import { crlIssuer, type ExaminedCa, objectsOf } from './doctor-ca.ts';

/** One domain controller as it is asked. */
interface Controller {
  readonly name: string;
  readonly server: LdapServer;
  /** What it has of the CA's publication, asked once. */
  readonly held: () => Promise<Held>;
}
interface Domain {
  readonly directory: DirectoryConfig;
  readonly forest: string;
  readonly controllers: DomainControllers;
  readonly found: readonly Controller[] | MayflyError;
  /** Resolves when its account has been let in somewhere, or was not. */
  readonly tried: Promise<unknown>;
}
/** Milliseconds: that others wait for the first bind, so that a wrong password is shown once; and for a CRL over HTTP. */
const FIRST_BIND = 2000;
const FETCH = 5000;
const MOST_CRL = 64 * 1024 * 1024;

/** All domain controllers of all configured domains. */
export class ExaminedControllers {
  readonly #domains: readonly Domain[];
  readonly #ca: ExaminedCa;

  private constructor(domains: readonly Domain[], ca: ExaminedCa) {
    this.#domains = domains;
    this.#ca = ca;
  }
  /** @throws MayflyError `directory-anchor`, `file-read` */
  static async find(config: Config, ca: ExaminedCa): Promise<ExaminedControllers> {
    return new ExaminedControllers(await Promise.all(config.directories.map((each) => domainOf(config, each, ca))), ca);
  }
  close(): void {
    for (const { controllers } of this.#domains) controllers.close();
  }
  /** Resolves when no bind that follows is the first with its password. */
  async tried(): Promise<void> {
    await Promise.all(this.#domains.map(({ tried }) => tried));
  }
  looks(): Look[] {
    if (this.#domains.length === 0) return [withoutDirectory(this.#ca.name)];
    return [
      ...this.#domains.flatMap(({ found, directory }): Look[] =>
        found instanceof MayflyError
          ? [{ checks: controllerChecks, about: directory.domain, look: () => Promise.reject(found) }]
          : found.map((each) => this.#controllerLook(each)),
      ),
      this.#twinLook(),
    ];
  }
  #controllerLook({ name, held }: Controller): Look {
    const { published } = this.#ca;
    const issuerOf = (object: HeldObject['object']) => {
      // An object is looked for because there is a CA.
      if (!published) throw new MayflyError('ca-missing', 'there is no CA to look for');
      return crlIssuer(published, object);
    };
    return { checks: controllerChecks, about: name, look: () => controllerFindings(name, held, issuerOf) };
  }
  #twinLook(): Look {
    const { name, httpUrl, published } = this.#ca;
    const fetch = (url: string, signal: AbortSignal) =>
      httpOctets(url, MOST_CRL, AbortSignal.any([signal, AbortSignal.timeout(FETCH)]));
    const inDirectories = async () => {
      const all = this.#domains.flatMap(({ found, forest }) =>
        found instanceof MayflyError ? [] : found.map(async (each) => ({ server: each.name, crl: await ownCrl(each, forest) })),
      );
      const settled = await Promise.allSettled(all);
      return settled.flatMap((each) =>
        each.status === 'fulfilled' && each.value.crl ? [{ ...each.value, crl: each.value.crl }] : [],
      );
    };
    const ownCrl = async ({ held }: Controller, forest: string) => {
      const wanted = published && crlObjectName(published.issuing.keyId, forest);
      const all = await held();
      return all instanceof MayflyError ? undefined : newestCrl(all?.find(({ object }) => object.name === wanted)?.values ?? []);
    };
    const look = async (signal: AbortSignal) => {
      if (!published) return [cannotTell('crl-twin', name, { says: 'there is no CA to look for' })];
      if (httpUrl === undefined) return [ok('crl-twin', name, 'its certificates name no HTTP address')];
      return [await twinFinding(name, httpUrl, signal, { fetch, inDirectories })];
    };
    return { checks: ['crl-twin'], about: name, look };
  }
  /** Names of all that were found. */
  names(): readonly string[] {
    return this.#domains.flatMap(({ found }) => (found instanceof MayflyError ? [] : found.map(({ name }) => name)));
  }
  /** Seconds that a domain controller's clock is ahead of ours, as its directory says; undefined for a machine that is none. */
  skewOf(name: string): (() => Promise<number>) | undefined {
    for (const { found, controllers, tried } of this.#domains) {
      const own = found instanceof MayflyError ? undefined : found.find((each) => each.name === name);
      if (own)
        return async () => {
          await tried;
          return controllers.at(own.server, skewBy);
        };
    }
    return undefined;
  }
  /**
   * Where it answers: the account with that SID, as each domain controller of its domain has it.
   * @throws MayflyError `directory-ambiguous` where its name leads to several on one of them
   */
  async accountOnEach({ sid, domain }: Account): Promise<readonly AccountThere[]> {
    const own = this.#domains.filter(({ directory }) => directory.domain === domain);
    const asked = own.flatMap(({ found, controllers, directory }) =>
      found instanceof MayflyError
        ? []
        : found.map(async ({ name, server }): Promise<AccountThere> => {
            const root = forestName(directory.domain);
            const place = { domain: directory.domain, base: directory.searchBase ?? root, root };
            const account = await controllers.at(server, (connection) => findAccount(connection, place, sid, clock()));
            return { server: name, account };
          }),
    );
    const settled = await Promise.allSettled(asked);
    const several = settled.find(
      (each) => each.status === 'rejected' && each.reason instanceof MayflyError && each.reason.code === 'directory-ambiguous',
    );
    if (several?.status === 'rejected') throw several.reason;
    return settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  }
}
async function skewBy(connection: LdapConnection): Promise<number> {
  const before = Date.now();
  const time = await directoryTime(connection);
  // It says whole seconds: on average half of one has passed.
  return time + 0.5 - (before + Date.now()) / 2000;
}
async function domainOf(config: Config, directory: DirectoryConfig, ca: ExaminedCa): Promise<Domain> {
  const { domain } = directory;
  const forest = config.domains.find(({ name }) => name === domain)?.forest ?? domain;
  const controllers = await controllersOf(config, directory);
  const found = await controllers.servers().catch(asValue);
  const first = controllers.run(async () => undefined).catch(() => undefined);
  const tried = Promise.race([first, sleep(FIRST_BIND, undefined, { ref: false })]);
  const objects = objectsOf(ca.published, forest);
  const controllerOf = (server: LdapServer): Controller => {
    const ask = async (connection: LdapConnection) => {
      await checkForest(connection, forest);
      return objects && (await planOf(connection, objects)).map(heldOf);
    };
    const read = async (): Promise<Held> => {
      await tried;
      return controllers.at(server, (connection) => ask(connection).catch(asValue));
    };
    let reading: ReturnType<typeof read> | undefined;
    return { name: server.host.toLowerCase(), server, held: () => (reading ??= read()) };
  };
  return { directory, forest, controllers, tried, found: found instanceof MayflyError ? found : found.map(controllerOf) };
}
function asValue(e: unknown): MayflyError {
  if (e instanceof MayflyError) return e;
  throw e;
}
function heldOf(compared: Compared): HeldObject {
  if (compared.state === 'good') {
    const { object, held } = compared;
    const ours = held ?? object.value?.octets;
    return { object, values: ours ? [ours] : [] };
  }
  const { object, action, current } = compared.change;
  return { object, values: action === 'create' ? undefined : current };
}
function withoutDirectory(about: string): Look {
  const findings = controllerChecks.map((check) =>
    cannotTell(check, about, {
      says: 'no Active Directory is configured',
      fix: 'name the domain under `directories` in the configuration',
    }),
  );
  return { checks: controllerChecks, about, look: async () => findings };
}
