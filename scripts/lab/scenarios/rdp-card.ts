import { readFileSync } from 'node:fs';
import { Custody } from '../../../src/custody/custody.ts';
import { CardBridge } from '../card-bridge.ts';
import { chansrvSteps } from '../chansrv-steps.ts';
import { openscModule, readCard } from '../clients/card-in-reader.ts';
import { assert, said } from '../clients/expected.ts';
import { DOMAIN, REALM, startDomain } from '../domain.ts';
import type { Kdc } from '../kdc.ts';
import { expectTicket } from '../kdc-verdict.ts';
import { kinit, type PkinitCredential } from '../kinit.ts';
import type { LabRun } from '../lab-run.ts';
import type { Mayfly } from '../mayfly.ts';
import { Pcscd } from '../pcscd.ts';
import { poll } from '../poll.ts';
import { RedirectedCard } from '../redirected-card.ts';
import type { Scenario } from '../scenario.ts';
import { Xrdp } from '../xrdp.ts';

export const rdpCard: Scenario = {
  name: 'rdp-card',
  summary: "a Mayfly card over RDP in a real xrdp's session: by its channel server, and behind a stock kinit",
  run,
};
interface Session {
  readonly pcscd: Pcscd;
  readonly xrdp: Xrdp;
}
interface Realm {
  readonly name: string;
  readonly kdc: Kdc;
  readonly principal: string;
}

async function run(lab: LabRun): Promise<void> {
  const { steps } = lab;
  const { enterprise, mayfly, mit, samba, sids } = await startDomain(lab);
  const identity = await enterprise.tlsServer('xrdp.lab.mayfly.test', '127.0.1.50');
  const long = await steps.run('a CA whose certificates are long', () => longCa(lab, mayfly));
  // Before xrdp, since it mounts a /run of its own.
  const pcscd = await steps.run('pcscd with vpcd', () => Pcscd.start(lab));
  const xrdp = await steps.run('xrdp, any secret right for its user', () => Xrdp.start(lab, identity));
  const custody = new Custody({ poolSize: 0 });
  const connect = (socket: string) =>
    RedirectedCard.connect(lab, xrdp, identity.certificate, {
      custody,
      socket,
      holder: { account: 'alice', upn: `alice@${DOMAIN}`, sid: sids.alice },
    });
  const shown = ({ certificate, announcedAfter }: RedirectedCard) =>
    `certificate of ${certificate.length} octets, announced after ${announcedAfter.toFixed(0)} ms`;
  try {
    const first = await steps.run('xrdp: logon without the card, the card redirected', () => connect(long), shown);
    const pin = new TextDecoder().decode(first.pin);
    await chansrvSteps(lab, first);
    await steps.run(
      'mayfly apdu explain: all that passed, and no PIN',
      () => explained(lab, mayfly, first, pin, ['device-list-announce', 'TRANSMIT', 'CANCEL']),
      (told) => told,
    );
    const second = await steps.run('xrdp: another connection, another card', () => connect(mayfly.socket), shown);
    const realms = [
      { name: 'Samba AD DC', kdc: samba, principal: `alice@${REALM}` },
      { name: 'MIT KDC', kdc: mit, principal: `alice@${DOMAIN}` },
    ];
    const itsPin = new TextDecoder().decode(second.pin);
    await logons(lab, { pcscd, xrdp }, second, realms);
    await steps.run(
      'mayfly apdu explain: the logons, and no PIN',
      () => explained(lab, mayfly, second, itsPin, ['device-list-announce', 'CONNECTW', 'TRANSMIT']),
      (told) => told,
    );
  } finally {
    await custody.close();
  }
  await steps.run('xrdp: stopped, its sessions ended', () => xrdp.stop());
}
/** Names its CRL under a URL so long that a certificate object takes more than one chunk of a channel. @returns where it answers */
async function longCa(lab: LabRun, mayfly: Mayfly): Promise<string> {
  const url = `http://crl.${DOMAIN}/${'long/'.repeat(24)}`;
  await mayfly.run('ca', 'init', '--lab', '--ca', 'long', '--domain', DOMAIN, '--crl-url', url, '--json');
  const name = 'mayfly-ca-long';
  const served = mayfly.start(name, 'ca', 'serve', '--ca', 'long');
  await poll('the second CA process listening', 60_000, () => {
    served.assertRunning();
    return readFileSync(lab.path('log', `${name}.out`), 'utf8').includes('listening') ? true : undefined;
  });
  return mayfly.socket.replace('/ca/lab/', '/ca/long/');
}
/** A ticket from each KDC by the card of the session; none once its key is destroyed. */
async function logons(
  lab: LabRun,
  { pcscd, xrdp: { userId } }: Session,
  card: RedirectedCard,
  realms: readonly Realm[],
): Promise<void> {
  const { steps } = lab;
  const bridge = await steps.run(
    "the session's card in pcscd's reader",
    () => CardBridge.start(lab, pcscd, card.socketPath, userId),
    ({ said: line }) => line,
  );
  const credential: PkinitCredential = { pkcs11Module: openscModule(), pin: new TextDecoder().decode(card.pin) };
  for (const { name, kdc, principal } of realms) {
    await expectTicket(lab, `${name}: ticket through the card`, kdc, principal, credential);
  }
  await steps.run(
    'key destroyed',
    () => card.destroy(),
    (told) => told,
  );
  for (const { name, kdc, principal } of realms) {
    await steps.run(
      `${name}: no ticket without the key`,
      () => refused(lab, kdc, principal, credential),
      (told) => told,
    );
  }
  await steps.run('the certificate is still read', () => readCard(lab, 'rdp-card-destroyed', ''));
  await steps.run(
    'the connection ends: no card in the reader',
    async () => {
      const outcome = await card.end();
      await bridge.stop();
      await pcscd.card(false);
      return outcome;
    },
    (outcome) => outcome,
  );
}
/** What passed on the channel is read by the command that users have for theirs. */
async function explained(
  lab: LabRun,
  mayfly: Mayfly,
  card: RedirectedCard,
  pin: string,
  expected: readonly string[],
): Promise<string> {
  const capture = card.capture();
  const inHex = Buffer.from(pin).toString('hex');
  assert(capture.includes(inHex), 'the capture is without the PIN, so that nothing would show it');
  const told = await mayfly.run('apdu', 'explain', lab.write('client/rdpdr.capture', capture));
  assert(!told.includes(pin) && !told.includes(inHex), 'the PIN is shown');
  assert(!told.includes('malformed'), 'it cannot read some of it');
  const lines = told.trim().split('\n');
  const codes = new Set(told.match(/SCARD_\w+/g));
  const unexpected = [...codes].filter((code) => code !== 'SCARD_S_SUCCESS' && code !== 'SCARD_E_CANCELLED');
  assert(unexpected.length === 0, `the reader answered ${unexpected.join(', ')}`);
  const names = new Set(lines.map((line) => said(line, /^[<>] ([^:]+)/)));
  const missing = expected.filter((name) => !names.has(name));
  assert(missing.length === 0, `no ${missing.join(', ')} in it`);
  const signatures = (told.match(/GENERAL AUTHENTICATE: 9000.* response 256 octets/g) ?? []).length;
  assert(signatures > 0, 'no signature in it');
  const count = (pattern: RegExp) => (told.match(pattern) ?? []).length;
  return [
    `${lines.length} lines of ${names.size} kinds`,
    `VERIFY ${count(/VERIFY: 9000/g)} done, ${count(/VERIFY: 6983/g)} blocked`,
    `${signatures} signatures`,
    said(told, /VERIFY: (application PIN, \d+ octets, not shown)/),
  ].join('; ');
}
async function refused(lab: LabRun, kdc: Kdc, principal: string, credential: PkinitCredential): Promise<string> {
  const attempt = await kinit(lab, kdc, principal, credential);
  assert(attempt.ticketFor === undefined && !attempt.kdcGranted, `a ticket for ${attempt.ticketFor}`);
  assert(!attempt.signedRequest, 'it sent a signed request');
  return said(attempt.trace, /PKINIT (PKCS11 C_Login failed: pin locked)/);
}
