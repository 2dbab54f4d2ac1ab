import type { Config } from '../../config/config.ts';
import {
  checksOfDenial,
  clockFinding,
  kdcChecks,
  kdcFindings,
  logonChecks,
  logonFindings,
} from '../../doctor/domain-controller-kdc.ts';
import type { Look } from '../../doctor/examine.ts';
import { cannotTell, type Finding } from '../../doctor/finding.ts';
import { kdcSkew } from '../../kerberos/as-exchange.ts';
import { converse } from '../../net/converse.ts';
import { addressText, type KdcAddress } from '../../net/kdc-address.ts';
import { KdcClient } from '../../net/kdc-client.ts';
import { kerberosAnswers } from '../../net/kerberos-answers.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { instantClock } from '../clock.ts';
import { randomOctets } from './card-logon.ts';
import type { ExaminedControllers } from './doctor-controllers.ts';
import type { ProbeCard } from './doctor-probe-card.ts';
import { type Probed, probeEach } from './kdc-probe.ts';
import { type Realms, realmsFor } from './realms.ts';

/** Milliseconds. */
const LIMITS = { connect: 3000, exchange: 4000 };
const LOGON = 20_000;

/** As directories call their servers, so that what is said of one machine stands together. */
const nameOf = (address: KdcAddress) => (address.kind === 'tcp' ? address.host.toLowerCase() : address.url);
const portOf = (address: KdcAddress) => (address.kind === 'tcp' ? `port ${address.port}` : 'the KDC proxy');

/**
 * The KDCs of all realms that are configured, or that the configured domains are. @param card of the account that is asked about; why
 * there is none, otherwise
 */
export async function kdcLooks(config: Config, controllers: ExaminedControllers, card: ProbeCard | MayflyError): Promise<Look[]> {
  const named = config.realms.map(({ name }) => name);
  const others = config.directories.map(({ domain }) => domain.toUpperCase());
  const realms = [...new Map([...others, ...named].map((name) => [name.toUpperCase(), name])).values()];
  const looks = (await Promise.all(realms.map((realm) => looksOf(config, realm, controllers, card)))).flat();
  const asked = new Set(looks.map(({ about }) => about));
  return [...looks, ...controllers.names().flatMap((name) => (asked.has(name) ? [] : clockLook(name, controllers.skewOf(name))))];
}
/** Of a domain controller that is no configured KDC. */
const clockLook = (name: string, skew: (() => Promise<number>) | undefined): Look[] =>
  skew ? [{ checks: ['clock'], about: name, look: async () => [clockFinding(name, await skew())] }] : [];
async function looksOf(
  config: Config,
  name: string,
  controllers: ExaminedControllers,
  card: ProbeCard | MayflyError,
): Promise<Look[]> {
  const checks = [...kdcChecks, ...logonChecks];
  try {
    const realms = await realmsFor(config, name, {});
    const kdcs = await realms.kdcsOf(realms.realm);
    if (kdcs.length === 0) throw new MayflyError('kdc-not-found', `realm ${name} has no KDC`);
    const logons = logonsOf(realms, kdcs, card);
    return kdcs.flatMap((kdc): Look[] => [
      {
        checks: kdcChecks,
        about: nameOf(kdc),
        look: () => kdcFindings(nameOf(kdc), portOf(kdc), () => skewOf(realms, kdc), controllers.skewOf(nameOf(kdc))),
      },
      { checks: logonChecks, about: nameOf(kdc), patience: LOGON, look: () => logonsAt(kdc, logons) },
    ]);
  } catch (e) {
    if (!(e instanceof MayflyError)) throw e;
    return [{ checks, about: name, look: () => Promise.reject(e) }];
  }
}
function skewOf(realms: Realms, kdc: KdcAddress): Promise<number> {
  const kdcs = new KdcClient({ kdcsOf: async () => [kdc], proxyCa: realms.proxyCa, limits: LIMITS });
  const sign = () => Promise.reject(new MayflyError('conversation-unanswered', 'nobody here signs'));
  const answers = kerberosAnswers({ kdcs, trust: realms.trust, random: randomOctets, clock: instantClock, sign });
  return converse(kdcSkew(realms.realm, realms.profile), answers);
}
type Logons = () => Promise<readonly Probed[] | MayflyError>;
/** With one card at all of them, once somebody asks. */
function logonsOf(realms: Realms, kdcs: readonly KdcAddress[], card: ProbeCard | MayflyError): Logons {
  let probing: ReturnType<Logons> | undefined;
  const probe = async () => {
    if (card instanceof MayflyError) return card;
    try {
      return await card.use(({ logOn, account, upn }) => probeEach(logOn, realms, { account, upn }, kdcs));
    } catch (e) {
      if (e instanceof MayflyError) return e;
      throw e;
    }
  };
  return () => (probing ??= probe());
}
async function logonsAt(kdc: KdcAddress, logons: Logons): Promise<readonly Finding[]> {
  const name = nameOf(kdc);
  const probed = await logons();
  const untold = ({ message, next: fix, code }: MayflyError) => {
    const because = checksOfDenial(code);
    return logonChecks.map((check): Finding => {
      const found = cannotTell(check, name, { says: `no card for it: ${message}`, fix, code });
      return because.length === 0 ? found : { ...found, because };
    });
  };
  if (probed instanceof MayflyError) return untold(probed);
  const own = probed.find((each) => each.kdc === addressText(kdc));
  return own ? logonFindings(name, own) : untold(new MayflyError('kdc-not-found', 'it was not asked'));
}
