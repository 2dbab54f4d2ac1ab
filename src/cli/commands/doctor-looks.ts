import type { Config } from '../../config/config.ts';
import { accountChecks, accountFindings } from '../../doctor/account.ts';
import { factsOf, scripted } from '../../doctor/checks.ts';
import { type ExamineSettings, examine, type Look } from '../../doctor/examine.ts';
import { cannotTell, type Finding } from '../../doctor/finding.ts';
import { hostChecks, hostFindings, permissionFinding } from '../../doctor/host.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { clock } from '../clock.ts';
import { builtInBounds, readRules } from './decision-sources.ts';
import { examinedCa } from './doctor-ca.ts';
import { ExaminedControllers } from './doctor-controllers.ts';
import { gatewayLooks } from './doctor-gateway.ts';
import { kdcLooks } from './doctor-kdcs.ts';
import { type ProbeCard, probeCard } from './doctor-probe-card.ts';
import { rdpLook } from './doctor-rdp.ts';
import type { ServiceAddress } from './service-client.ts';
import { openDirectory } from './service-files.ts';

/** What a doctor is asked about. */
export interface DoctorQuestion {
  /** DNS name, lower case; without, no host is looked at. */
  readonly host: string | undefined;
  /** UPN, name or SID; without, no account is looked at. */
  readonly account: string | undefined;
  /** What somebody takes the SID of the account for. */
  readonly sid?: string | undefined;
  /** Of the person whose own the account is. */
  readonly groups: readonly string[];
  /** The running service, of which a card for a logon on trial is asked; without, none is tried. */
  readonly service?: ServiceAddress;
}
/** Everything that is looked at for one question, and what is closed after it. */
interface Examination {
  readonly looks: readonly Look[];
  readonly close: () => Promise<void>;
}
/** Puts the looks of all parts together. @throws MayflyError where the configuration itself keeps it from looking */
async function examinationOf(config: Config, question: DoctorQuestion): Promise<Examination> {
  const ca = await examinedCa(config);
  const controllers = await ExaminedControllers.find(config, ca);
  const { directory, close } = await openDirectory(config);
  const sources = { config, controllers, directory };
  const card = trialCard(question, sources);
  return {
    looks: [
      ca.look,
      ...controllers.looks(),
      ...accountLooks(question, sources),
      ...hostLooks(question, sources),
      ...(await kdcLooks(config, controllers, card)),
      ...gatewayLooks(config),
      ...onTheSpot(question),
    ],
    async close() {
      controllers.close();
      await close();
    },
  };
}
/** All of it, looked at now. */
export async function examined(
  config: Config,
  question: DoctorQuestion,
  settings?: ExamineSettings,
): Promise<{ readonly ms: number; readonly findings: readonly Finding[] }> {
  const began = performance.now();
  const { looks, close } = await examinationOf(config, question);
  try {
    const findings = await examine(looks, settings);
    return { ms: Math.round(performance.now() - began), findings };
  } finally {
    await close();
  }
}
interface Sources {
  readonly config: Config;
  readonly controllers: ExaminedControllers;
  readonly directory: Awaited<ReturnType<typeof openDirectory>>['directory'];
}
function trialCard(
  { account, host, service }: DoctorQuestion,
  { config, controllers, directory }: Sources,
): ProbeCard | MayflyError {
  if (account === undefined)
    return new MayflyError('account-unnamed', 'no account is named', { next: 'name one with --account' });
  const found = async () => {
    await controllers.tried();
    return directory.account(account);
  };
  if (service === undefined)
    return new MayflyError('doctor-no-trial', 'no logon is tried for a question over the network', {
      next: 'run `mayfly doctor` where the service runs',
    });
  return probeCard(config, { host, account: found, service });
}
function accountLooks(
  { account: reference, sid, host, groups }: DoctorQuestion,
  { config, controllers, directory }: Sources,
): Look[] {
  if (reference === undefined) return [];
  const account = async () => {
    await controllers.tried();
    const bounds = await builtInBounds(config);
    const onEach = (each: Parameters<typeof controllers.accountOnEach>[0]) => controllers.accountOnEach(each);
    return accountFindings({ reference, sid }, { account: (asked) => directory.account(asked), onEach, bounds });
  };
  const permission = async (at: string) => {
    const [{ rules }, bounds] = await Promise.all([readRules(config), builtInBounds(config), controllers.tried()]);
    return [await permissionFinding({ host: at, account: reference, groups }, { directory, rules: () => rules, clock }, bounds)];
  };
  return [
    { checks: accountChecks, about: reference, look: account },
    ...(host === undefined ? [] : [{ checks: ['account-host'], about: reference, look: () => permission(host) } as const]),
  ];
}
function hostLooks({ host: name }: DoctorQuestion, { config, controllers, directory }: Sources): Look[] {
  if (name === undefined) return [];
  const look = async () => {
    await controllers.tried();
    return hostFindings(name, await directory.host(name));
  };
  const dialled = rdpLook(config, name);
  /** Only what the configuration or the directory knows is dialled, as for a session. */
  const dial: Look['look'] = async (signal) => {
    const isKnown = config.targets.some((each) => each.name === name);
    await controllers.tried();
    if (isKnown || (await directory.host(name))) return dialled.look(signal);
    return dialled.checks.map((check) => cannotTell(check, name, { says: 'a host that nobody knows is not dialled' }));
  };
  return [
    { checks: hostChecks, about: name, look },
    { ...dialled, look: dial },
  ];
}
/** Of what only a script on the host sees. */
function onTheSpot({ host }: DoctorQuestion): Look[] {
  if (host === undefined) return [];
  const findings = scripted.map((check) =>
    cannotTell(check, host, { says: 'only the host sees it', fix: `run ${factsOf(check).script} there` }),
  );
  return [{ checks: scripted, about: host, look: async () => findings }];
}
