import { operationsMade, refusals } from '../apdu-log.ts';
import { AttachedCard } from '../attached-card.ts';
import { openscModule } from '../clients/card-in-reader.ts';
import { assert, said } from '../clients/expected.ts';
import { rawOperation } from '../clients/raw-operation.ts';
import { DOMAIN, REALM, startDomain } from '../domain.ts';
import type { Kdc } from '../kdc.ts';
import { expectTicket } from '../kdc-verdict.ts';
import { kinit as kinitOnce, type PkinitCredential } from '../kinit.ts';
import type { LabRun } from '../lab-run.ts';
import { Pcscd } from '../pcscd.ts';
import type { Scenario } from '../scenario.ts';

export const kinit: Scenario = {
  name: 'kinit',
  summary: 'a Mayfly card behind a stock kinit (vpcd, pcscd, OpenSC): a ticket from two KDCs, and none once the key is destroyed',
  run,
};

async function run(lab: LabRun): Promise<void> {
  const { steps } = lab;
  const { mayfly, mit, samba, sids } = await startDomain(lab);
  const pcscd = await steps.run('pcscd with vpcd', () => Pcscd.start(lab));
  const alice = { account: 'alice', upn: `alice@${DOMAIN}`, sid: sids.alice };

  const attach = (...options: string[]) => AttachedCard.attach(lab, mayfly, pcscd, alice, ...options);
  await oneLogon(lab, pcscd, attach, 'MIT KDC', mit, `alice@${DOMAIN}`);
  await oneLogon(lab, pcscd, attach, 'Samba AD DC', samba, `alice@${REALM}`);
}

/** A ticket with a card that signs once; then nothing more, with the card in the reader and without. */
async function oneLogon(
  lab: LabRun,
  pcscd: Pcscd,
  attach: (...options: string[]) => Promise<AttachedCard>,
  name: string,
  kdc: Kdc,
  principal: string,
): Promise<void> {
  const { steps } = lab;
  let card = await steps.run(`${name}: mayfly card attach`, () => attach('--operations', '1'));
  let isFresh = true;
  const passed = pcscd.watch();
  await expectTicket(lab, `${name}: ticket through the card`, kdc, principal, async () => {
    if (!isFresh) {
      await card.remove();
      card = await attach('--operations', '1');
    }
    isFresh = false;
    return credentialOf(card);
  });
  await steps.run(
    `${name}: key destroyed`,
    () => card.keyDestroyed(),
    (line) => `${line}; kinit sent ${passed().length} APDUs, ${operationsMade(passed())} private operations`,
  );
  await steps.run(
    `${name}: no ticket without the key`,
    () => withoutKey(lab, pcscd, kdc, principal, card),
    (told) => told,
  );
  await steps.run(`${name}: card removed`, async () => {
    await card.remove();
    await pcscd.card(false);
  });
  await steps.run(
    `${name}: no ticket without the card`,
    // without a PIN to read: once there is no card, kinit would offer it as a password
    () => refused(lab, kdc, principal, { pkcs11Module: openscModule() }, /PKINIT (PKCS#11 module shows no slots with tokens)/),
    (told) => told,
  );
}

const credentialOf = ({ pin }: AttachedCard) => ({ pkcs11Module: openscModule(), pin });

/** The certificate is still there, but the card refuses to sign; so the KDC is never shown a signed request. */
async function withoutKey(lab: LabRun, pcscd: Pcscd, kdc: Kdc, principal: string, card: AttachedCard): Promise<string> {
  const passed = pcscd.watch();
  const told = await refused(lab, kdc, principal, credentialOf(card), /PKINIT (PKCS11 C_Login failed: pin locked)/);
  await rawOperation(lab);
  const answers = refusals(passed());
  assert(
    answers.at(-1)?.startsWith('GENERAL AUTHENTICATE') === true && operationsMade(passed()) === 0,
    'it was not the card that refused',
  );
  return `${told}; the card answered ${answers.join(', ')}`;
}

/** Fails on the client's side, for the reason that its trace names: a request signed by a card never reaches the KDC. */
async function refused(lab: LabRun, kdc: Kdc, principal: string, credential: PkinitCredential, reason: RegExp): Promise<string> {
  const attempt = await kinitOnce(lab, kdc, principal, credential);
  assert(attempt.ticketFor === undefined && !attempt.kdcGranted, `a ticket for ${attempt.ticketFor}`);
  assert(!attempt.signedRequest, 'it sent a signed request');
  return said(attempt.trace, reason);
}
