import { krbErrorCodes, krbErrorMeaning } from '../../../src/codes/krb-error-code.ts';
import { messageType } from '../../../src/kerberos/kdc-request.ts';
import type { CardHolder } from '../attached-card.ts';
import { Capture } from '../capture.ts';
import { decodedRequests, verifiedByOpenssl } from '../captured-logon.ts';
import { CredentialCache } from '../clients/credential-cache.ts';
import { assert } from '../clients/expected.ts';
import { DnsServer } from '../dns-server.ts';
import { DOMAIN, type Domain, FAR, startDomain } from '../domain.ts';
import { type Kdc, writeClientConfiguration } from '../kdc.ts';
import { KdcProxy } from '../kdc-proxy.ts';
import { kinit } from '../kinit.ts';
import type { LabRun } from '../lab-run.ts';
import { createKeyPair } from '../mayfly.ts';
import { mitRefusals } from '../mit-refusals.ts';
import { sambaRefusals } from '../samba-refusals.ts';
import type { Scenario } from '../scenario.ts';
import { FAR_HOST, HOST, startTerminalServices, type TerminalServices } from '../terminal-services.ts';
import { summary, TicketCommand, type TicketReport } from '../ticket-command.ts';
import { wrongCertificates } from '../wrong-certificates.ts';

export const ticket: Scenario = {
  name: 'ticket',
  summary: 'tickets by `mayfly ticket` from both KDCs, which klist and kvno use; and what Mayfly says of each refusal',
  run,
};

const SERVICE = `TERMSRV/${HOST}`;
const FAR_SERVICE = `TERMSRV/${FAR_HOST}`;
const PROXY = { host: `proxy.${DOMAIN}`, address: '127.0.1.40' };

async function run(lab: LabRun): Promise<void> {
  const { steps } = lab;
  const domain = await startDomain(lab);
  const { mit, samba, sids } = domain;
  const services = await startTerminalServices(lab, domain);
  const alice = { account: 'alice', upn: `alice@${DOMAIN}`, sid: sids.alice };

  const { mitKeytab, sambaKeytab } = services;
  const toFar = ['-S', 'TERMSRV', FAR_HOST];
  await tickets(lab, domain, alice, { name: 'MIT KDC', kdc: mit, keytab: mitKeytab, another: toFar, kdfs: true });
  const ldap = [`host/${samba.host}`];
  await tickets(lab, domain, alice, { name: 'Samba AD DC', kdc: samba, keytab: sambaKeytab, another: ldap, kdfs: false });
  await onCurve(lab, domain, alice);
  await referral(lab, domain, services, alice);
  await foundByDns(lab, domain, services, alice);
  await throughProxy(lab, domain, alice);

  const wrong = await steps.run('certificates that are wrong in one way', () => wrongCertificates(lab, domain));
  const heard = new Set<number | string>();
  await sambaRefusals(lab, domain, wrong, heard);
  await mitRefusals(lab, domain, wrong, heard);
  await probes(lab, domain);
  await steps.run('what neither KDC says', async () => unheard(heard), String);
}

/** For these there is a KDC that can be told what to say, in the unit tests. */
function unheard(heard: ReadonlySet<number | string>): string {
  const left = krbErrorCodes.filter((code) => !heard.has(code));
  const names = left.map((code) => `${code} ${krbErrorMeaning(code)?.name.replace(/^(KDC_ERR|KRB_AP_ERR|KRB_ERR)_/, '')}`);
  return `${krbErrorCodes.length - left.length} codes heard, ${left.length} not: ${names.join(', ')}`;
}

interface Arm {
  readonly name: string;
  readonly kdc: Kdc;
  readonly keytab: string;
  /** kvno's words for a service to which the ticket-granting ticket leads. */
  readonly another: readonly string[];
  /** Whether it takes a key derivation of RFC 8636. */
  readonly kdfs: boolean;
}

/** Card, AS exchange, key destroyed, TGS exchange, credential cache; read, used and decoded by programs that are not ours. */
async function tickets(lab: LabRun, { enterprise, mayfly }: Domain, alice: CardHolder, arm: Arm): Promise<void> {
  const { steps } = lab;
  const { name, kdc, keytab, another, kdfs } = arm;
  const { realm, host } = kdc;
  const command = new TicketCommand(lab, mayfly, alice, [{ name: realm, anchor: enterprise.certificate, kdcs: [host] }]);
  const capture = await Capture.start(lab);
  const report = await steps.run(`${name}: mayfly ticket`, () => command.ticket(SERVICE), summary);
  const messages = await capture.messages(messageType.tgsRep);
  const cache = new CredentialCache(lab, kdc, report.cache);
  const servers = [`krbtgt/${realm}@${realm}`, `${SERVICE}@${realm}`];
  await steps.run(`${name}: klist reads the credential cache`, () => cache.list(`alice@${realm}`, servers), String);
  await steps.run(`${name}: the service's keytab opens its ticket`, () => cache.opensWith(keytab, SERVICE), String);
  await steps.run(`${name}: kvno gets another ticket with it`, () => cache.fetch(...another), String);
  await steps.run(`${name}: tshark decodes the requests`, async () => decodedRequests(messages), String);
  const verified = () => verifiedByOpenssl(lab, messages, mayfly.certificate);
  await steps.run(`${name}: openssl cms -verify over the AS-REQ`, verified, String);
  await steps.run(
    `${name}: key derivations of RFC 8636 offered`,
    async () => {
      const offered = await command.ticket(SERVICE, '--kdfs');
      assert((offered.kdf !== null) === kdfs, `key derivation ${offered.kdf}`);
      return offered;
    },
    summary,
  );
  await steps.run(`${name}: mayfly kdc probe`, () => lets(command, true), String);
}

/** Heimdal's KDC knows no elliptic curves. */
async function onCurve(lab: LabRun, { enterprise, mayfly, mit, samba }: Domain, alice: CardHolder): Promise<void> {
  const at = ({ realm, host }: Kdc) =>
    new TicketCommand(lab, mayfly, alice, [{ name: realm, anchor: enterprise.certificate, kdcs: [host] }]);
  await lab.steps.run('MIT KDC: P-256 card', () => at(mit).ticket(SERVICE, '--key', 'p-256'), summary);
  await lab.steps.run('Samba AD DC: P-256 card', () => lets(at(samba), false, '--key', 'p-256'), String);
}

/** A probe whose verdict is known. */
async function lets(command: TicketCommand, expected: boolean, ...options: string[]): Promise<string> {
  const { ok, said } = await command.probe(...options);
  assert(ok === expected, said);
  return said;
}

/** The client's own KDC does not know the service, but where to ask for it. */
async function referral(
  lab: LabRun,
  { enterprise, mayfly, mit }: Domain,
  { far, farKeytab }: TerminalServices,
  alice: CardHolder,
) {
  const configured = ({ realm, host }: Kdc) => ({ name: realm, anchor: enterprise.certificate, kdcs: [host] });
  const command = new TicketCommand(lab, mayfly, alice, [configured(mit), configured(far)]);
  const report = await lab.steps.run('referred to another realm', () => viaBothRealms(command), path);
  const cache = new CredentialCache(lab, mit, report.cache);
  const opens = () => cache.opensWith(farKeytab, `${FAR_SERVICE}@${FAR.realm}`);
  await lab.steps.run("the other realm's keytab opens the ticket", opens, String);
}
async function viaBothRealms(command: TicketCommand): Promise<TicketReport> {
  const report = await command.ticket(FAR_SERVICE);
  assert(report.realms.join() === `${DOMAIN},${FAR.realm}`, `realms asked: ${report.realms.join()}`);
  return report;
}
const path = ({ realms, tickets: got }: TicketReport) => `${got.at(-1)?.server} by ${realms.join(', then ')}`;

/** Nothing names a KDC but DNS. */
async function foundByDns(lab: LabRun, { enterprise, mayfly, mit, samba }: Domain, { far }: TerminalServices, alice: CardHolder) {
  const { steps } = lab;
  const anchor = enterprise.certificate;
  const inRealm = (realm: string, target: string) => ({ name: `_kerberos._tcp.${realm}`, target });
  const dns = await steps.run('DNS server that knows the domain controller', () =>
    DnsServer.start(lab, [
      // first one that is not there: the next by priority is asked
      { name: `_kerberos._tcp.dc._msdcs.${DOMAIN}`, target: `gone.${DOMAIN}`, priority: 0 },
      { name: `_kerberos._tcp.dc._msdcs.${DOMAIN}`, target: samba.host, priority: 10 },
    ]),
  );
  const ofSamba = new TicketCommand(lab, mayfly, alice, [{ name: samba.realm, anchor }]);
  await steps.run('Samba AD DC: found by DNS, the first of two being gone', () => ofSamba.ticket(SERVICE), summary);
  await steps.run('Samba AD DC: mayfly kdc probe --every-dc', () => lets(ofSamba, false, '--every-dc'), String);
  const records = [inRealm(mit.realm, mit.host), inRealm(far.realm, far.host)];
  await steps.run('DNS server that knows the MIT realms', () => dns.tell(records));
  const ofMit = new TicketCommand(lab, mayfly, alice, [{ name: mit.realm, anchor }]);
  await steps.run('both MIT realms found by DNS', () => viaBothRealms(ofMit), path);
  await steps.run('DNS server that knows nothing', () => dns.tell([]));
  await steps.run('MIT KDC: not found by DNS', () => lets(ofMit, false), String);
}

/** The configuration names the proxy alone, and DNS knows nothing by now. */
async function throughProxy(lab: LabRun, domain: Domain, alice: CardHolder): Promise<void> {
  const { steps } = lab;
  const { enterprise, mayfly, mit, samba } = domain;
  const anchor = enterprise.certificate;
  const proxy = await steps.run('KDC proxy', () => KdcProxy.start(enterprise, PROXY.host, PROXY.address, [mit, samba]));
  for (const [name, { realm }] of [
    ['MIT KDC', mit],
    ['Samba AD DC', samba],
  ] as const) {
    const before = proxy.relayed.length;
    const relayed = () => proxy.relayed.slice(before).filter((each) => each.realm === realm).length;
    const command = new TicketCommand(lab, mayfly, alice, [{ name: realm, anchor, kdcs: [proxy.url], proxyCa: anchor }]);
    await steps.run(
      `${name}: through the KDC proxy alone`,
      async () => {
        const report = await command.ticket(SERVICE);
        assert(relayed() === report.exchanges + report.realms.length, `the proxy relayed ${relayed()} messages`);
        return report;
      },
      (report) => `${relayed()} messages relayed; ${summary(report)}`,
    );
  }
  const untrusting = new TicketCommand(lab, mayfly, alice, [{ name: mit.realm, anchor, kdcs: [proxy.url] }]);
  await steps.run('KDC proxy whose CA is not known', () => lets(untrusting, false), String);
  await steps.run('kinit through the KDC proxy', () => kinitByProxy(lab, proxy, domain), String);
  await proxy.stop();
}

/** What the proxy makes of MIT's own client: an opinion on the proxy, not on us. */
async function kinitByProxy(lab: LabRun, proxy: KdcProxy, { enterprise, mayfly, mit, sids }: Domain): Promise<string> {
  const { realm, address, host, log, granted, refused } = mit;
  const anchors = [enterprise.certificate, mayfly.certificate];
  const settings = { name: 'proxied', realm, address, anchors, proxy: { url: proxy.url, anchor: enterprise.certificate } };
  const clientConfiguration = writeClientConfiguration(lab, settings);
  const holder = { name: 'proxied', account: 'alice', upn: `alice@${DOMAIN}`, sid: sids.alice };
  const identity = await mayfly.issue(holder, await createKeyPair(lab, 'proxied'));
  const before = proxy.relayed.length;
  const kdc = { name: 'proxied', realm, address, host, log, granted, refused, clientConfiguration };
  const { ticketFor, client } = await kinit(lab, kdc, `alice@${realm}`, identity);
  assert(ticketFor === `alice@${realm}`, client);
  return `${ticketFor}, ${proxy.relayed.length - before} messages relayed`;
}

/** The command says what the tables say. */
async function probes(lab: LabRun, { enterprise, mayfly, mit, samba }: Domain): Promise<void> {
  for (const [name, { realm, host }] of [
    ['MIT KDC', mit],
    ['Samba AD DC', samba],
  ] as const) {
    const disabled = { account: 'disabled', upn: `disabled@${DOMAIN}`, sid: 'S-1-5-21-1004336348-1177238915-682003330-1199' };
    const command = new TicketCommand(lab, mayfly, disabled, [{ name: realm, anchor: enterprise.certificate, kdcs: [host] }]);
    await lab.steps.run(`${name}: mayfly kdc probe of a disabled account`, () => lets(command, false), String);
  }
}
