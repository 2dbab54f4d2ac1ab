import { randomFillSync } from 'node:crypto';
import { acceptCredSsp } from '../../src/credssp/accept-credssp.ts';
import { credSsp } from '../../src/credssp/credssp.ts';
import { smartCardCredentials } from '../../src/credssp/ts-credentials.ts';
import { secretRoom } from '../../src/crypto/secret-octets.ts';
import { Custody } from '../../src/custody/custody.ts';
import type { Answer, Ask, Conversation } from '../../src/wire/conversation.ts';
import { given } from '../../test/credssp/nla-client.ts';
import { acceptWith, hostKeyOf, ticketFor } from '../../test/credssp/stand-in-acceptor.ts';
import { between } from '../../test/rdp/between-two.ts';
import { hostCertificate } from '../../test/rdp/fake-host-certificate.ts';
import { benchInNamespaces } from '../lab/bench-in-namespaces.ts';
import { createEnterpriseCa } from '../lab/enterprise-ca.ts';
import type { LabRun } from '../lab/lab-run.ts';
import { accountName, logOn, terminalTicket } from '../lab/logon.ts';
import { Mayfly } from '../lab/mayfly.ts';
import { mintCard } from '../lab/minted-card.ts';
import { MitKdc } from '../lab/mit-kdc.ts';
import { measure, report } from '../measure.ts';

/** What CredSSP costs beside the Kerberos before it: both its ends in this process, and one MIT KDC over TCP. */
const DOMAIN = 'lab.mayfly.test';
const HOST = `host1.${DOMAIN}`;
const ALICE = { account: 'alice', upn: `alice@${DOMAIN}`, sid: 'S-1-5-21-1004336348-1177238915-682003330-1105' };
const RUNS = 40;
const NOW = 1_800_000_000;

/** Randomness for who asks for it; the rest goes further out. */
function* drawing<T>(talk: Conversation<T>): Conversation<T> {
  let turn = talk.next();
  while (!turn.done) {
    const question: Ask = turn.value;
    const answer: Answer = question.do === 'random' ? randomFillSync(secretRoom(question.length)) : yield question;
    turn = talk.next(answer);
  }
  return turn.value;
}
const hostKey = hostKeyOf(18);
const certificate = hostCertificate.der;
function handshake(): void {
  const client = credSsp({
    credential: ticketFor(hostKey, NOW),
    certificate,
    credentials: () => smartCardCredentials(given),
    earlyAuthorization: true,
  });
  const host = acceptCredSsp({ certificate, accept: acceptWith(hostKey), authorization: () => 0 });
  const { left } = between(drawing(client), drawing(host));
  if (left?.kind !== 'delegated') throw new Error(`CredSSP ended with ${left?.name}`);
}
await benchInNamespaces(import.meta.filename, bench);

async function bench(lab: LabRun): Promise<void> {
  const mayfly = new Mayfly(lab);
  await mayfly.init(DOMAIN);
  await mayfly.serve();
  const crl = lab.path('crl.pem');
  await mayfly.publishCrl(crl);
  const enterprise = await createEnterpriseCa(lab);
  const kdc = await MitKdc.start(lab, enterprise, {
    ...{ name: 'mit', address: '127.0.1.20', realm: DOMAIN, host: `kdc.${DOMAIN}`, principals: ['alice'] },
    ...{ anchor: mayfly.certificate, crl },
  });
  await kdc.service(`TERMSRV/${HOST}`);
  const custody = new Custody({ poolSize: 2 });
  try {
    const card = await mintCard(mayfly.socket, custody, ALICE, 10 * RUNS);
    const logon = { client: accountName('alice'), realm: DOMAIN, anchor: enterprise.certificate, kdc, ...card };
    const tickets = async () => {
      const granted = await logOn(logon);
      if (!granted.ok) throw new Error(`refused with error ${granted.error.errorCode}`);
      const host = await terminalTicket(logon, granted.credential, HOST);
      if (!host.ok) throw new Error(`refused with error ${host.error.errorCode}`);
    };
    const measured = await measure([
      { name: 'Kerberos: PKINIT and the ticket of the host', runs: RUNS, work: tickets },
      { name: 'CredSSP, both ends', runs: RUNS, work: handshake },
    ]);
    report('what stands before a desktop with NLA, wall time', measured, { 'CredSSP, both ends': 1 });
    const before = process.cpuUsage();
    for (let i = 0; i < RUNS; i++) handshake();
    const { user, system } = process.cpuUsage(before);
    console.log(`\nprocessor time of CredSSP, both ends: ${((user + system) / 1000 / RUNS).toFixed(1)} ms`);
  } finally {
    await custody.close();
  }
  const faults = await lab.end();
  if (faults.length > 0) console.error(`credssp: ${faults.join(', ')}`);
  process.exit(faults.length > 0 ? 1 : 0);
}
