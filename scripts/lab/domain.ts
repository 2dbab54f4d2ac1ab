import { createEnterpriseCa, type EnterpriseCa } from './enterprise-ca.ts';
import type { LabRun } from './lab-run.ts';
import { Mayfly } from './mayfly.ts';
import { MitKdc } from './mit-kdc.ts';
import { type SambaDc, startSambaDc } from './samba-dc.ts';

export const DOMAIN = 'lab.mayfly.test';
export const REALM = 'LAB.MAYFLY.TEST';
/** A realm that the MIT KDC refers to; scenarios that need its KDC start it. */
export const FAR = { realm: 'far.mayfly.test', address: '127.0.1.30' };

/** A Mayfly CA that serves, and two KDCs that trust it; alice and bob have accounts in both realms. */
export interface Domain {
  readonly enterprise: EnterpriseCa;
  readonly mayfly: Mayfly;
  /** The CRL that the MIT KDC reads, PEM. */
  readonly crl: string;
  readonly mit: MitKdc;
  readonly samba: SambaDc;
  readonly sids: { readonly alice: string; readonly bob: string };
}

/** A CA by itself. */
async function startCa(lab: LabRun): Promise<Mayfly> {
  const mayfly = new Mayfly(lab);
  await lab.steps.run('mayfly ca init', () => mayfly.init(DOMAIN));
  await lab.steps.run('mayfly ca serve', () => mayfly.serve());
  return mayfly;
}
/** Each part is a step. @param start gives the Mayfly whose CA the KDCs will trust, serving */
export async function startDomain(lab: LabRun, start: (lab: LabRun) => Promise<Mayfly> = startCa): Promise<Domain> {
  const { steps } = lab;
  const crl = lab.path('mayfly-crl.pem');

  const enterprise = await steps.run('enterprise CA', () => createEnterpriseCa(lab));
  const mayfly = await start(lab);
  await steps.run('mayfly ca crl', () => mayfly.publishCrl(crl));
  const mit = await steps.run('MIT KDC', () =>
    MitKdc.start(lab, enterprise, {
      name: 'mit',
      address: '127.0.1.20',
      realm: DOMAIN,
      host: `kdc.${DOMAIN}`,
      principals: ['alice', 'bob'],
      anchor: mayfly.certificate,
      crl,
      neighbours: [FAR],
    }),
  );
  const samba = await steps.run(
    'Samba AD DC',
    () =>
      startSambaDc(lab, enterprise, mayfly.certificate, {
        address: '127.0.1.10',
        realm: REALM,
        domain: 'LAB',
        host: `dc1.${DOMAIN}`,
        administratorPassword: 'Passw0rd-Lab1', // of a domain that nothing outside this run can reach
        accounts: ['alice', 'bob'],
      }),
    (dc) => dc.origin,
  );
  const sids = await steps.run(
    'accounts in the directory',
    async () => ({ alice: await samba.sid('alice'), bob: await samba.sid('bob') }),
    (found) => `alice ${found.alice}, bob ${found.bob}`,
  );
  return { enterprise, mayfly, crl, mit, samba, sids };
}
