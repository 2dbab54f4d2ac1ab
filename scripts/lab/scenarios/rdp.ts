import { readFileSync } from 'node:fs';
import { infoFlag } from '../../../src/rdp/client-info.ts';
import { stages } from '../../../src/rdp/connection-sequence.ts';
import { blockOf } from '../../../src/rdp/gcc-blocks.ts';
import { fakeHost } from '../../../test/rdp/fake-host.ts';
import { hostCertificate } from '../../../test/rdp/fake-host-certificate.ts';
import { assert } from '../clients/expected.ts';
import { createEnterpriseCa } from '../enterprise-ca.ts';
import { Shadow, virtualScreen, xfreerdp } from '../freerdp.ts';
import type { LabRun } from '../lab-run.ts';
import { Mayfly } from '../mayfly.ts';
import { poll } from '../poll.ts';
import { fingerprintOf, type Reached, reach, until } from '../rdp-client.ts';
import type { Scenario } from '../scenario.ts';
import { Xrdp } from '../xrdp.ts';

export const rdp: Scenario = {
  name: 'rdp',
  summary:
    "Mayfly's RDP client reaches real hosts (xrdp, freerdp-shadow), real clients (xfreerdp, node-rdpjs-2) reach a host of its pieces",
  run,
};
const ms = (value: number) => `${value.toFixed(0)} ms`;
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

async function run(lab: LabRun): Promise<void> {
  const { steps } = lab;
  const enterprise = await steps.run('enterprise CA', () => createEnterpriseCa(lab));
  const identity = await enterprise.tlsServer('xrdp.lab.mayfly.test', '127.0.1.50');
  const display = await steps.run('a virtual screen', () => virtualScreen(lab));
  const host = await steps.run('xrdp, any secret right for its user', () => Xrdp.start(lab, identity));
  const xrdp = { ...host, address: host.address, port: host.port, certificate: identity.certificate };
  await steps.run(
    'xrdp: a session is active, TLS pinned',
    () => reach(xrdp, host.account),
    (reached) => shown(reached),
  );
  await steps.run(
    'xrdp: … and the user has a desktop',
    () => desktop(host, xrdp),
    (detail) => detail,
  );
  await steps.run(
    'xrdp: another pin is refused before anything is sent',
    () => wrongPin(lab, xrdp),
    (told) => told,
  );
  await steps.run(
    'xrdp: mayfly rdp probe',
    () => probe(lab, xrdp),
    (told) => told,
  );

  const shadow = await steps.run('freerdp-shadow', () => Shadow.start(lab, display));
  await steps.run(
    'freerdp-shadow: active, and it draws',
    () => drawn(shadow),
    (detail) => detail,
  );
  await steps.run(
    'freerdp-shadow: five at once',
    () => Promise.all(Array.from({ length: 5 }, () => drawn(shadow))),
    (all) => `${all.length} sessions, each drawn to`,
  );

  await steps.run(
    'xfreerdp reaches a host of our pieces',
    () => fromXfreerdp(lab, display),
    (detail) => detail,
  );
  await steps.run(
    'node-rdpjs-2 reaches a host of our pieces',
    () => fromRdpjs(lab),
    (detail) => detail,
  );
  await steps.run(
    'xrdp: time to the first PDU after activation',
    () => compared(lab, display, host, xrdp),
    (detail) => detail,
  );
  await steps.run('xrdp: stopped, its sessions ended', () => host.stop());
}
interface Pinned {
  readonly address: string;
  readonly port: number;
  readonly certificate: string;
}
function shown({ session, transport, activeAfter }: Reached): string {
  transport.close();
  const channels = session.agreed.channels.map(({ name, channelId }) => `${name} ${channelId ?? 'denied'}`);
  return `share 0x${session.session.shareId.toString(16)}, ${channels.join(', ')}, ${session.session.demand.capabilitySets.length} capability sets, after ${ms(activeAfter)}`;
}
/** xrdp starts an X server for who logs on; without it there is its login window alone. */
async function desktop(host: Xrdp, xrdp: Pinned): Promise<string> {
  const reached = await reach(xrdp, host.account);
  await until('drawing', reached);
  await poll('the X server of the session', 60_000, () => (host.sessions() > 0 ? true : undefined));
  reached.transport.close();
  return `an X server of ${host.account}, logged on by a PIN`;
}
async function wrongPin(lab: LabRun, xrdp: Pinned): Promise<string> {
  const other = lab.path('log', 'other.pem');
  await lab.run('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=other',
    '-keyout',
    `${other}.key`,
    '-out',
    other,
  ]);
  const refused: unknown = await reach({ ...xrdp, certificate: other }, 'nobody').catch((e: unknown) => e);
  assert(refused instanceof Error && refused.message.includes('is not the pinned one'), 'another certificate was taken');
  return refused instanceof Error ? refused.message : '';
}
async function probe(lab: LabRun, xrdp: Pinned): Promise<string> {
  const mayfly = new Mayfly(lab);
  const told = await mayfly.run('rdp', 'probe', xrdp.address, '--json');
  const { nla, certificate, withoutCredentials, protocols } = JSON.parse(told) as {
    nla: string;
    certificate: { sha256: string };
    withoutCredentials: { stage: string };
    protocols: { offer: string; accepted: boolean; says: string }[];
  };
  assert(certificate.sha256 === fingerprintOf(xrdp.certificate), 'it shows another certificate');
  const taken = protocols.map(({ offer, accepted, says }) => `${offer} ${accepted ? 'yes' : `no (${says})`}`);
  return `${taken.join(', ')}; NLA ${nla}; a stranger reaches ${withoutCredentials.stage}`;
}
async function drawn(shadow: Shadow): Promise<string> {
  const began = performance.now();
  const reached = await reach(shadow, 'anybody');
  await until('drawing', reached);
  reached.transport.close();
  return `active after ${ms(reached.activeAfter)}, first graphics PDU after ${ms(performance.now() - began)}`;
}
async function fromXfreerdp(lab: LabRun, display: string): Promise<string> {
  const host = await fakeHost(hostCertificate);
  const client = xfreerdp(lab, display, { address: '127.0.0.1', port: host.port, user: 'alice', more: ['/smartcard'] });
  try {
    const guest = await poll('xfreerdp active', 60_000, () => {
      client.assertRunning();
      return host.guests[0];
    });
    const { initial, info, confirm } = guest;
    const channels = blockOf(initial.conference.blocks, 'network')?.channels.map(({ name }) => name) ?? [];
    const build = blockOf(initial.conference.blocks, 'core')?.clientBuild;
    assert(
      info.infoPacket.userName === 'alice' && (info.infoPacket.flags & infoFlag.unicode) !== 0,
      'its Client Info is another',
    );
    return `channels ${channels.join(', ')}; build ${build}; ${confirm.capabilitySets.length} capability sets; active, stage ${stages.length} of ${stages.length}`;
  } finally {
    await lab.stop(client);
    await host.end();
  }
}
/** It may go as far as it goes: a client of another hand, not a model of one. */
async function fromRdpjs(lab: LabRun): Promise<string> {
  const host = await fakeHost(hostCertificate);
  const client = lab.start('node-rdpjs-2', process.execPath, [
    new URL('../clients/rdpjs-client.ts', import.meta.url).pathname,
    String(host.port),
  ]);
  try {
    const guest = await poll('node-rdpjs-2 active', 60_000, () => {
      client.assertRunning();
      return host.guests[0];
    });
    const said = await poll(
      'its own word',
      60_000,
      () => readFileSync(lab.path('log', 'node-rdpjs-2.out'), 'utf8').match(/^connect$/m)?.[0],
    );
    return `${said}; ${guest.confirm.capabilitySets.length} capability sets, user ${JSON.stringify(guest.info.infoPacket.userName)}`;
  } finally {
    await lab.stop(client);
    await host.end();
  }
}
/** Both reconnect to the session that is there; figures, not judgements. */
async function compared(lab: LabRun, display: string, host: Xrdp, xrdp: Pinned): Promise<string> {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let i = 0; i < 5; i++) {
    const began = performance.now();
    const reached = await reach(xrdp, host.account);
    await until('drawing', reached);
    ours.push(performance.now() - began);
    reached.transport.close();
    theirs.push(await timeOfXfreerdp(lab, display, host));
  }
  return `Mayfly ${ms(median(ours))}, xfreerdp ${ms(median(theirs))} (medians of 5, one after the other)`;
}
/** Until its own log says that it takes graphics: the first that comes after its Font Map. */
async function timeOfXfreerdp(lab: LabRun, display: string, host: Xrdp): Promise<number> {
  const log = lab.path('log', 'xfreerdp.out');
  const count = () => (readFileSync(log, 'utf8').match(/Local framebuffer format/g) ?? []).length;
  const before = count();
  const began = performance.now();
  const client = xfreerdp(lab, display, { address: host.address, port: host.port, user: host.account });
  try {
    await poll('xfreerdp drawing', 60_000, () => (count() > before ? true : undefined));
    return performance.now() - began;
  } finally {
    await lab.stop(client);
  }
}
