import { DOMAIN, REALM, startDomain } from '../domain.ts';
import { expectRefusal, expectTicket } from '../kdc-verdict.ts';
import type { LabRun } from '../lab-run.ts';
import { createKeyPair } from '../mayfly.ts';
import { opensslCertificate } from '../openssl-certificate.ts';
import type { Scenario } from '../scenario.ts';

export const kdc: Scenario = {
  name: 'kdc',
  summary: 'certificates of a Mayfly CA, shown to a strict MIT KDC and to a Samba AD DC by kinit',
  run,
};

async function run(lab: LabRun): Promise<void> {
  const { steps } = lab;
  const { mayfly, crl, mit, samba, sids } = await startDomain(lab);

  const keyPairs = await steps.run('key pairs', async () => ({
    alice: await createKeyPair(lab, 'alice'),
    bob: await createKeyPair(lab, 'bob'),
    revoked: await createKeyPair(lab, 'revoked'),
  }));
  const certificate = (name: keyof typeof keyPairs, account: keyof typeof sids) =>
    steps.run(`mayfly ca issue: ${name}`, () =>
      mayfly.issue({ name, account, upn: `${account}@${DOMAIN}`, sid: sids[account] }, keyPairs[name]),
    );
  const alice = await certificate('alice', 'alice');
  const bob = await certificate('bob', 'bob');
  const revoked = await certificate('revoked', 'alice');
  const noEku = await steps.run('certificate without EKU, by the CA key and openssl', () =>
    opensslCertificate(lab, mayfly.signer, keyPairs.alice.key, { name: 'no-eku', upn: `alice@${DOMAIN}`, purposes: [] }),
  );

  await expectTicket(lab, 'MIT KDC: ticket for alice', mit, `alice@${DOMAIN}`, alice);
  await expectTicket(lab, 'Samba AD DC: ticket for alice', samba, `alice@${REALM}`, alice);
  await expectTicket(lab, 'MIT KDC: ticket for bob', mit, `bob@${DOMAIN}`, bob);
  await expectTicket(lab, 'Samba AD DC: ticket for bob', samba, `bob@${REALM}`, bob);

  const refusals = [
    () => expectRefusal(lab, "MIT KDC: bob's certificate refused for alice", mit, `alice@${DOMAIN}`, bob, /Client name mismatch/),
    () =>
      expectRefusal(
        lab,
        "Samba AD DC: bob's certificate refused for alice",
        samba,
        `alice@${REALM}`,
        bob,
        /no matching principals/,
      ),
    () =>
      expectRefusal(lab, 'MIT KDC: certificate without EKU refused', mit, `alice@${DOMAIN}`, noEku, /Inconsistent key purpose/),
  ];
  for (const refused of refusals) {
    await refused().catch(() => undefined); // independent of each other: see them all
  }

  await expectTicket(lab, 'MIT KDC: ticket for the certificate before it is revoked', mit, `alice@${DOMAIN}`, revoked);
  await steps.run('mayfly ca revoke', () => mayfly.revoke(revoked));
  await steps.run('CRL published, MIT KDC restarted', async () => {
    await mayfly.publishCrl(crl);
    await mit.restart();
  });
  await expectRefusal(lab, 'MIT KDC: revoked certificate refused', mit, `alice@${DOMAIN}`, revoked, /certificate revoked/);
  await expectTicket(lab, 'MIT KDC: ticket for alice with the new CRL', mit, `alice@${DOMAIN}`, alice);
}
