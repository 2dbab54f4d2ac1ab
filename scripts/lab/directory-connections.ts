import { assert, said } from './clients/expected.ts';
import { DnsServer } from './dns-server.ts';
import { DOMAIN } from './domain.ts';
import type { Forest } from './forest.ts';
import type { LabRun } from './lab-run.ts';
import { Mayfly } from './mayfly.ts';

/** How the directory is reached, and why it is not: STARTTLS, DNS, one domain controller for another. */
export async function directoryConnections(lab: LabRun, { mayfly, enterprise, samba }: Forest): Promise<void> {
  const { steps } = lab;
  const password = lab.path('service.password');
  const gone = `gone.${DOMAIN}`;
  const looking = (name: string, more: object) => {
    const directory = {
      domain: DOMAIN,
      anchors: [enterprise.certificate],
      account: `svc-mayfly@${DOMAIN}`,
      password: { file: password },
      ...more,
    };
    const configuration = { domains: [{ name: DOMAIN }], dnsServers: ['127.0.1.53'], directories: [directory] };
    const changed = new Mayfly(lab, 'corp', lab.write(`${name}.json`, JSON.stringify(configuration)));
    return changed.attempt('ad', 'account', `alice@${DOMAIN}`);
  };
  const found = async (name: string, more: object) => {
    const outcome = await looking(name, more);
    assert(outcome.code === 0, outcome.stderr);
    return said(outcome, /S-1-5-21-[\d-]+/);
  };
  await steps.run('STARTTLS', () => found('starttls', { servers: [samba.host], security: 'starttls' }), String);
  await steps.run(
    'LDAPS, the first of two domain controllers being gone',
    () => found('failover', { servers: [gone, samba.host] }),
    String,
  );
  const record = (target: string, priority: number) => ({ name: `_ldap._tcp.dc._msdcs.${DOMAIN}`, target, priority, port: 389 });
  const dns = await steps.run('DNS server that knows two domain controllers, the first being gone', () =>
    DnsServer.start(lab, [record(gone, 0), record(samba.host, 10)]),
  );
  await steps.run('LDAPS, found by DNS', () => found('dns', {}), String);
  await steps.run('STARTTLS, found by DNS', () => found('dns-starttls', { security: 'starttls' }), String);
  await dns.stop();
  const refused = (name: string, step: string, more: object, reason: RegExp) =>
    steps.run(
      step,
      async () => {
        const outcome = await looking(name, more);
        assert(outcome.code === 1, `it ended with code ${outcome.code}`);
        return said(outcome.stderr, reason);
      },
      String,
    );
  await refused('no-dns', 'refused: DNS does not answer', {}, /DNS names no domain controller of \S+/);
  const servers = [samba.host];
  await refused(
    'password',
    'refused: a wrong password',
    { servers, password: { file: lab.write('wrong.password', 'Passw0rd-Wrong1\n') } },
    /account or password is wrong/,
  );
  await refused(
    'anchor',
    'refused: a certificate of a CA that nobody named',
    { servers, anchors: [mayfly.certificate] },
    /the certificate of \S+ is refused: [^(]*/,
  );
  await refused('unreachable', 'refused: no domain controller is there', { servers: [gone] }, /cannot be reached \(\w+\)/);
}
