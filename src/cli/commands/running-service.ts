import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { ApiPorts } from '../../api/api-ports.ts';
import { apiServer } from '../../api/api-server.ts';
import type { ApiTokens } from '../../api/identity/api-tokens.ts';
import { asOfNow } from '../../api/identity/directory-person.ts';
import { Identity } from '../../api/identity/identity.ts';
import { publicFiles } from '../../api/public-files.ts';
import { reloadTls } from '../../api/tls-files.ts';
import { makeFolder, replaceFile } from '../../ca/atomic-file.ts';
import { checkPrivate } from '../../ca/ca-folder.ts';
import { CaProcessIssuer } from '../../ca/card-issuer.ts';
import { PublishedFiles } from '../../ca/published-files.ts';
import { ownServerIdentity, readServerIdentity } from '../../ca/service-certificate.ts';
import { databaseFile } from '../../config/service-config.ts';
import { sha256 } from '../../crypto/digest.ts';
import { Custody } from '../../custody/custody.ts';
import { MINUTE } from '../../pki/bounds.ts';
import type { SessionPorts } from '../../session/ports.ts';
import type { SessionLimits } from '../../session/session-limits.ts';
import { Sessions } from '../../session/sessions.ts';
import { Store } from '../../store/store.ts';
import { toHex } from '../../wire/hex.ts';
import { clock } from '../clock.ts';
import { KeptCaProcess } from '../kept-ca-process.ts';
import type { ServiceLog } from '../service-log.ts';
import { startCheckpoints } from './checkpoint-key.ts';
import { Closing } from './closing.ts';
import { examinations } from './doctor-page.ts';
import { DEMO_PERSON, prepareEmbedded } from './embedded-service.ts';
import { type Certificates, GatewayService } from './gateway-service.ts';
import { identityProviders } from './identity-providers.ts';
import { issuingCa } from './issuing-ca.ts';
import { Alarms } from './service-alarms.ts';
import { serviceChecks } from './service-checks.ts';
import { keepCrlPublished } from './service-crl.ts';
import { openDirectory, openRules } from './service-files.ts';
import { urlFile } from './service-places.ts';
import type { ServicePlan } from './service-plan.ts';
import { apiTokens, demoToken, firstAdminToken } from './service-tokens.ts';
import { listening, urlOf } from './service-url.ts';

const VERSION = '0.1.0';

export interface RunningService {
  readonly url: string;
  /** Where CRLs are served; undefined: nowhere. */
  readonly publicHttp: string | undefined;
  /** Where RDP clients come in. */
  readonly gateway: string | undefined;
  /** Files that this start wrote. */
  readonly adminToken: string | undefined;
  readonly demoToken: string | undefined;
  /** Resolves when every key is destroyed and everything is closed. */
  readonly stop: () => Promise<void>;
}

/** Puts the service together, the journal first; where something is missing, what was opened is closed again. */
export async function startService(plan: ServicePlan, log: ServiceLog): Promise<RunningService> {
  const closing = new Closing(log);
  try {
    return await start(plan, log, closing);
  } catch (e) {
    await closing.run();
    throw e;
  }
}
async function start(plan: ServicePlan, log: ServiceLog, closing: Closing): Promise<RunningService> {
  const { config, service, folder, embedded } = plan;
  await makeFolder(folder);
  // Whoever may write there puts another journal, key or token in the place of ours.
  await checkPrivate(folder);
  // Held by one process: a second service on this data folder comes no further.
  const store = Store.open(databaseFile(config.home), { isService: true, failed: (e) => log.error('journal', e) });
  closing.add('the journal', () => store.close());
  const alarms = new Alarms(log, store);
  const checkpoints = await startCheckpoints(config, store, (e) => alarms.tell('checkpoints', e));
  closing.add('the checkpoints', () => checkpoints.close());
  let isStarted = false;
  closing.add('the last entry', () => isStarted && store.commit({ entries: [{ event: 'service-stopped', at: clock() }] }));
  const issuer = await issuerOf(plan, store, log, closing);
  let changed: () => void = () => undefined;
  const { directory, netBiosName, close: closeDirectory } = await openDirectory(config, alarms, () => changed());
  closing.add('the directory', closeDirectory);
  const { rules, close: closeRules } = await openRules(config, store, alarms, () => changed());
  closing.add('the rules', closeRules);
  const custody = new Custody({ poolSize: service.limits.keyPool, log: log.line });
  closing.add('custody', () => custody.close());
  const tokens = apiTokens(store);

  const sessions = sessionsOf(plan, { store, directory, issuer, keys: custody, rules });
  changed = () => sessions.reviewAll();
  const { checks, gauges } = serviceChecks({ store, issuer, directory, custody, alarms: alarms.standing, clock });
  const gateway = service.gateway === undefined ? undefined : new GatewayService(plan, { sessions, store, netBiosName }, log);
  const { app, certificates } = await apiOf(plan, closing, alarms, {
    launch: gateway && ((caller, session) => gateway.launch(caller, session)),
    reauthenticate: gateway && ((caller, session, network) => gateway.reauthenticate(caller, session, network)),
    ...{ sessions, directory, tokens, journal: store, checks, clock, examine: examinations(config) },
    gauges: async () => ({ ...(await gauges()), gateway: gateway?.counts }),
    identity: await identityOf(plan, directory, tokens),
    log: (request, e) => log.error('a request failed', e, request),
    requestsPerMinute: service.limits.requestsPerAddressPerMinute,
  });
  // The first to go: each card says why it ended, and no key waits for anything else.
  closing.add('sessions', () => sessions.close());

  await store.commit({ entries: [{ event: 'service-started', at: clock(), version: VERSION, configDigest: digestOf(plan) }] });
  isStarted = true;
  const publicHttp = await publish(plan, log, closing);
  keepCrlPublished(plan, alarms, log, closing);
  const gatewayAt = gateway && (await gateway.listen(service.gateway ?? '', certificates, closing));
  const url = urlOf(service.listen, await listening(app.server, service.listen, '--listen'));
  await replaceFile(urlFile(folder), `${url}\n`, 0o644);
  // Last, so that no token is made whose file nobody was told of.
  const adminToken = await firstAdminToken(tokens, folder);
  const isFirst = adminToken !== undefined && embedded !== undefined;
  const person = isFirst ? await demoToken(tokens, directory, `${DEMO_PERSON}@${embedded.domain}`, folder) : undefined;
  // Of a first start there is nothing outside the database yet.
  await checkpoints.write();
  return { url, publicHttp, gateway: gatewayAt, adminToken, demoToken: person, stop: () => closing.run() };
}

/** The CA process: one of our own in the embedded default, else the one that the configuration names. */
async function issuerOf(
  { config, service, socket, embedded, ...plan }: ServicePlan,
  store: Pick<Store, 'commit'>,
  log: ServiceLog,
  closing: Closing,
): Promise<CaProcessIssuer> {
  if (embedded) {
    await prepareEmbedded({ config, service, socket, embedded, ...plan }, embedded.domain);
    const env = { ...process.env, MAYFLY_HOME: config.home };
    const kept = await KeptCaProcess.start({ name: service.ca, socket, env, log: log.line });
    closing.add('the CA process', () => kept.stop());
  }
  const issuer = new CaProcessIssuer(service.ca, issuingCa(config, { name: service.ca, socket }, store, log));
  closing.add('the connection to the CA process', () => issuer.close());
  // It may come later: until then there are no cards, and /readyz says so.
  await issuer.describe().catch((e: unknown) => log.error('no card can be minted yet', e));
  return issuer;
}

function sessionsOf(plan: ServicePlan, given: Pick<SessionPorts, 'store' | 'directory' | 'issuer' | 'keys' | 'rules'>): Sessions {
  const { service, upnSuffixes } = plan;
  const { limits } = service;
  const ports: SessionPorts = {
    ...given,
    clock,
    elapsed: () => performance.now(),
    random: (length) => new Uint8Array(randomBytes(length)),
    after(milliseconds, f) {
      const timer = setTimeout(f, milliseconds);
      return () => clearTimeout(timer);
    },
  };
  const bounds = {
    exceptedSids: new Set(service.exceptedSids),
    ownAccountSids: new Set(service.ownAccountSids),
    upnSuffixes,
  };
  const sessionLimits: SessionLimits = {
    live: limits.liveCards,
    lifetime: limits.cardMinutes * MINUTE,
    open: limits.openSessions,
    openPerCaller: limits.openSessionsPerCaller,
    cardsPerSession: limits.cardsPerSession,
    patience: limits.patienceMinutes * MINUTE,
    review: { every: limits.reviewMinutes * MINUTE, grace: limits.undecidedMinutes * MINUTE },
    perCaller: { burst: limits.sessionsPerCallerPerMinute, perMinute: limits.sessionsPerCallerPerMinute },
    inAll: { burst: limits.sessionsPerMinute, perMinute: limits.sessionsPerMinute },
  };
  return new Sessions(ports, () => bounds, sessionLimits);
}

async function identityOf(
  { service }: ServicePlan,
  directory: ApiPorts['directory'],
  tokens: ApiTokens,
): Promise<ApiPorts['identity']> {
  const identity = new Identity({ providers: await identityProviders(service.identityProviders), tokens, clock });
  return {
    authenticate: async (authorization) => asOfNow(directory, await identity.authenticate(authorization)),
    person: (token) => identity.person(token),
  };
}

async function apiOf(
  plan: ServicePlan,
  closing: Closing,
  alarms: Alarms,
  ports: ApiPorts,
): Promise<{ readonly app: FastifyInstance; readonly certificates: Certificates }> {
  const { certificate, key, names } = plan.service;
  const read = () =>
    certificate === undefined || key === undefined
      ? ownServerIdentity(plan.folder, names, clock())
      : readServerIdentity({ certificate, key });
  const tls = await read();
  const app = await apiServer(ports, tls);
  closing.add('the API', () => app.close());
  const server = app.server as unknown as Parameters<typeof reloadTls>[0]['server'];
  const alarm = (e: Parameters<Alarms['tell']>[1]) => alarms.tell('certificate', e);
  closing.add('the look at the certificate', reloadTls({ read, server, version: tls.version, alarm }));
  return { app, certificates: { read, first: tls, alarm } };
}

/** CRLs and CA certificates for everybody, where the configuration has an address for them. */
async function publish(
  { config, service: { publicHttp } }: ServicePlan,
  log: ServiceLog,
  closing: Closing,
): Promise<string | undefined> {
  if (publicHttp === undefined) return undefined;
  const published = new PublishedFiles(config.home, clock);
  const server = publicFiles({
    find: (kind, keyId) => published.find(kind, keyId),
    log: (e) => log.error('a CRL could not be served', e),
  });
  const port = await listening(server, publicHttp, '--public-http');
  closing.add('the files for everybody', () => {
    server.closeAllConnections();
    server.close();
  });
  return urlOf(publicHttp, port).replace(/^https/, 'http');
}

/** Of the configuration in force; it names where secrets lie and holds none. */
function digestOf({ config, service }: ServicePlan): string {
  return toHex(sha256(new TextEncoder().encode(JSON.stringify({ ...config, origins: undefined, service }))));
}
