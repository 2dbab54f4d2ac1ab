import { setInterval } from 'node:timers';
import { isLab } from '../../ca/certification-authority.ts';
import { type Generation, generations } from '../../ca/rotation.ts';
import { ALARM, type CrlPublisher, type CrlPublisherEvents } from '../../directory/crl-publisher.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import type { ServiceLog } from '../service-log.ts';
import { chosenOf } from './chosen-ca.ts';
import type { Closing } from './closing.ts';
import { type CrlPublication, crlPublication } from './crl-publication.ts';
import type { Alarms } from './service-alarms.ts';
import type { ServicePlan } from './service-plan.ts';

/** Milliseconds between two looks at the CRL. */
const LOOK = 5000;
/** The same for what only an enterprise admin writes. */
const CHECK = 600_000;

/**
 * Keeps the CRLs of the service's CA published in Active Directory, where the configuration has one, and of those that follow it or went
 * before and are not retired; a lab CA's stay at home.
 */
export function keepCrlPublished(
  { config, service }: Pick<ServicePlan, 'config' | 'service'>,
  alarms: Alarms,
  log: ServiceLog,
  closing: Closing,
): void {
  if (config.directories.length === 0) return;
  const publications = new Map<string, CrlPublication | 'lab'>();
  async function look(): Promise<void> {
    const all = await generations(config.home, service.ca);
    const wanted = all.filter(({ rotation }) => rotation?.state !== 'retired').map(({ name }) => name);
    for (const [name, publication] of publications) {
      if (wanted.includes(name)) continue;
      if (publication !== 'lab') publication.close();
      publications.delete(name);
    }
    const faults: unknown[] = [];
    for (const name of wanted) await publish(name).catch((e: unknown) => faults.push(e));
    // One whose files are damaged keeps none of the others from being published.
    if (faults.length > 0) throw faults[0];
    const open = [...publications.values()].flatMap((each) => (each === 'lab' ? [] : each.publishers));
    endAlarms(open, alarms);
    await check(all);
  }
  async function publish(name: string): Promise<void> {
    if (!publications.has(name)) publications.set(name, await opened(name));
    const publication = publications.get(name);
    if (publication && publication !== 'lab') await publication.tick();
  }
  let checkedAt = Number.NEGATIVE_INFINITY;
  /** What an enterprise admin has written can be taken away again: then every logon fails, and somebody should know why. */
  async function check(all: readonly Generation[]): Promise<void> {
    const active = all.find(({ rotation }) => rotation === undefined || rotation.state === 'staged');
    const publication = active && publications.get(active.name);
    if (!active || !publication || publication === 'lab' || performance.now() < checkedAt + CHECK) return;
    checkedAt = performance.now();
    const missing = await publication.missing();
    const said = `CA "${active.name}" is not published: ${missing.join('; ')}`;
    const next = `let an enterprise admin run \`mayfly ad apply --ca ${active.name}\``;
    alarms.tell('ca-publication', missing.length === 0 ? undefined : new MayflyError('ca-not-published', said, { next }));
  }
  async function opened(name: string): Promise<CrlPublication | 'lab'> {
    const chosen = chosenOf(config, name);
    if (!isLab(await chosen.folder.readCertificate())) return crlPublication(config, chosen, eventsOf(name, alarms, log));
    log.line(`CA "${name}" is a lab CA: its CRL is not published`);
    return 'lab';
  }
  let isLooking = false;
  const tick = () => {
    if (isLooking) return;
    isLooking = true;
    void look()
      .catch((cause: unknown) => alarms.tell('crl-publication', notPublished('anywhere', cause)))
      .finally(() => {
        isLooking = false;
      });
  };
  const timer = setInterval(tick, LOOK);
  tick();
  closing.add('the publication of the CRL', () => {
    clearInterval(timer);
    for (const publication of publications.values()) if (publication !== 'lab') publication.close();
  });
}
/** The alarms are of all CRLs in all forests: they stand until every one is well, written anew or found as it should be. */
export function endAlarms(
  publishers: readonly Pick<CrlPublisher, 'isFailing' | 'secondsLeft'>[],
  alarms: Pick<Alarms, 'tell'>,
): void {
  if (publishers.every(({ isFailing }) => !isFailing)) alarms.tell('crl-publication', undefined);
  if (publishers.every(({ secondsLeft = ALARM }) => ALARM <= secondsLeft)) alarms.tell('crl-end', undefined);
}
function notPublished(where: string, cause: unknown): MayflyError {
  const reason = cause instanceof Error ? cause.message : 'unknown cause';
  const next = cause instanceof MayflyError && cause.next !== undefined ? { next: cause.next } : {};
  return new MayflyError('crl-not-published', `the CRL is not published ${where}: ${reason}`, { cause, ...next });
}
function eventsOf(ca: string, alarms: Alarms, log: ServiceLog): CrlPublisherEvents {
  return {
    published: (forest, name) => log.line(`CRL of CA "${ca}" published in ${forest}: ${name}`),
    failed: (forest, cause, retryIn) =>
      alarms.tell('crl-publication', notPublished(`in ${forest} (again in ${retryIn} s)`, cause)),
    alarm(forest, left) {
      const message = `the CRL of CA "${ca}" in ${forest} ends in ${Math.floor(left / 3600)} hours: then nobody logs on with its cards`;
      const next = 'see that the CA process makes CRLs, and why they are not published';
      alarms.tell('crl-end', new MayflyError('crl-ends', message, { next }));
    },
  };
}
