import { globSync, readFileSync } from 'node:fs';
import { CardBridge } from '../card-bridge.ts';
import { openscModule, readCard } from '../clients/card-in-reader.ts';
import { assert, said } from '../clients/expected.ts';
import { CredSspHost } from '../credssp-host.ts';
import { REALM, startDomain } from '../domain.ts';
import { Shadow, virtualScreen, xfreerdp } from '../freerdp.ts';
import { between } from '../gateway-between.ts';
import { type DriveHost, driveHost } from '../gateway-drives.ts';
import { pictures } from '../gateway-pictures.ts';
import { printers } from '../gateway-printers.ts';
import { CLOSED, DRIVES, GATEWAY, type GatewayLab, startGatewayService, WIRE, XRDP } from '../gateway-service.ts';
import { readsWhy } from '../gateway-told.ts';
import { patientWindows } from '../gateway-windows.ts';
import { GatewayWire } from '../gateway-wire.ts';
import type { Kdc } from '../kdc.ts';
import { KeySearch } from '../key-search.ts';
import { kinit } from '../kinit.ts';
import type { LabRun } from '../lab-run.ts';
import { Pcscd } from '../pcscd.ts';
import { poll } from '../poll.ts';
import { fingerprintOf } from '../rdp-client.ts';
import type { Scenario } from '../scenario.ts';
import { HOST, startTerminalServices } from '../terminal-services.ts';
import { Xrdp } from '../xrdp.ts';

export const gateway: Scenario = {
  name: 'gateway',
  summary: 'stock RDP clients through the gateway: a desktop of xrdp with a card in it, a Windows logon with NLA, the key gone',
  run,
};
/** Private operations are spent after as many. */
const MOST_TICKETS = 16;
const GREETING = 'good morning\n';
/** Milliseconds in which a client would have announced its drive. */
const QUIET = 2000;

async function run(lab: LabRun): Promise<void> {
  const { steps } = lab;
  const domain = await startDomain(lab);
  const services = await startTerminalServices(lab, domain);
  const xrdpIdentity = await domain.enterprise.tlsServer(XRDP, '127.0.1.50');
  const identity = await domain.enterprise.tlsServer(HOST, '127.0.1.60');
  const pcscd = await steps.run('pcscd with vpcd', () => Pcscd.start(lab));
  const pinFile = lab.path('xrdp-secret');
  const xrdp = await steps.run('xrdp, any secret right for its user', () => Xrdp.start(lab, xrdpIdentity, pinFile));
  const display = await steps.run('a virtual screen', () => virtualScreen(lab));
  const shadow = await steps.run('freerdp-shadow', () => Shadow.start(lab, display));
  const looking = await driveHost();
  const pins = {
    xrdp: fingerprintOf(xrdpIdentity.certificate),
    shadow: fingerprintOf(shadow.certificate),
    drives: looking.fingerprint,
    drivesPort: looking.host.port,
  };
  const at = await steps.run('mayfly serve, with a gateway', () => startGatewayService(lab, domain, pins));
  const search = new KeySearch(at.service.pid);
  const wire = await GatewayWire.lay(WIRE);
  try {
    await desktop({ lab, at, search, display }, xrdp, pcscd, pinFile, domain.samba);
    await pictures({ lab, at, display }, shadow);
    await between({ lab, at, display }, wire);
    await drives({ lab, at, search, display }, looking);
    await readsWhy(lab, at, looking);
    await printers({ lab, at, display }, looking);
    await windows({ lab, at, search, display }, services.sambaKeytab, identity, domain.samba);
  } finally {
    await wire.close();
    await looking.host.end();
    await search.close();
  }
  await steps.run('SIGTERM: the service ends', () => at.service.stop(), String);
  await steps.run('xrdp: stopped, its sessions ended', () => xrdp.stop());
}
interface Stage {
  readonly lab: LabRun;
  readonly at: GatewayLab;
  readonly search: KeySearch;
  readonly display: string;
}

/** Show 1: a client without a card has one in its session, until its operations are spent. */
async function desktop({ lab, at, search, display }: Stage, xrdp: Xrdp, pcscd: Pcscd, pinFile: string, kdc: Kdc): Promise<void> {
  const { steps } = lab;
  const client = await steps.run('mayfly connect: xfreerdp sees the desktop of xrdp', async () => {
    const started = at.connect('connect-xrdp', XRDP, display);
    await poll('the X server of the session', 60_000, () => {
      started.assertRunning();
      return xrdp.sessions() > 0 ? true : undefined;
    });
    return started;
  });
  const socket = await poll(
    'the socket of the channel server',
    60_000,
    () => globSync(lab.path('home', xrdp.account, '.pcsc*', 'pcscd.comm'))[0],
  );
  const bridge = await steps.run(
    'its session has the card',
    () => CardBridge.start(lab, pcscd, socket, xrdp.userId),
    ({ said: line }) => line,
  );
  const pin = readFileSync(pinFile, 'utf8').replace(/\0/g, '');
  await steps.run(
    'the key of the card is in the memory of the service',
    async () => search.learn(lab, (await readCard(lab, 'gateway-xrdp', pin)).certificate),
    String,
  );
  await steps.run(
    'stock kinit in the session: tickets until the operations are spent',
    async () => {
      const credential = { pkcs11Module: openscModule(), pin };
      let tickets = 0;
      for (let i = 0; i < MOST_TICKETS; i++) {
        const attempt = await kinit(lab, kdc, `alice@${REALM}`, credential);
        if (attempt.ticketFor === undefined && !attempt.signedRequest) break;
        tickets += attempt.ticketFor === undefined ? 0 : 1;
      }
      const [id = ''] = await at.sessions('granted');
      const shown = said(await at.session('show', id), /(destroyed \(operations\), 12 private operations)/);
      assert(tickets > 0, 'no ticket');
      return `${tickets} tickets; ${shown}`;
    },
    String,
  );
  await steps.run('no byte of the key is left in the service', () => search.nothing(), String);
  await steps.run(
    'the session goes on; the client leaves; journaled',
    async () => {
      client.assertRunning();
      await bridge.stop();
      await pcscd.card(false);
      await lab.stop(client);
      return ended(at, 1);
    },
    String,
  );
}
/** The end of the client's connection, as the journal has it. */
async function ended(at: GatewayLab, count: number): Promise<string> {
  const entry = await poll(
    'the end of a session in the journal',
    60_000,
    async () => (await at.journal('gateway-ended'))[count - 1],
  );
  const { cause, fromClient, fromHost, ms } = entry;
  assert(cause === 'client-left', `it ended as ${String(cause)}: ${String(entry['sentence'])}`);
  return `${cause}: ${String(fromClient)} octets from the client, ${String(fromHost)} from the host, ${String(ms)} ms`;
}
/** Show 4: a drive beside the card, or none; another account than the one granted. */
async function drives({ lab, at, display }: Stage, looking: DriveHost): Promise<void> {
  const { steps } = lab;
  lab.write('client/drive/hello.txt', GREETING);
  const more = [`/drive:lab,${lab.path('client', 'drive')}`];
  const alice = { domain: 'LAB', userName: 'alice', sessionId: 2 };
  const client = async (...host: readonly string[]) => {
    const { session, file } = await at.launch(...host);
    const user = file.get('username') ?? '';
    return { session, process: xfreerdp(lab, display, { ...GATEWAY, user, more }) };
  };
  await steps.run(
    "a drive of the client's beside our card: the host reads a file on it",
    async () => {
      looking.next = { who: alice, reads: '\\hello.txt' };
      const { process: running } = await client(DRIVES);
      const read = await poll('the file', 60_000, () => looking.read[0]);
      await lab.stop(running);
      assert(read === GREETING, `it read ${read}`);
      return `devices ${looking.devices.splice(0).join(', ')}; ${read.length} octets`;
    },
    String,
  );
  await steps.run(
    'the client comes back under the same grant: another token, another card',
    async () => {
      looking.next = { who: alice };
      const [known = ''] = await at.sessions('granted');
      const { session, process: running } = await client('--session', known);
      assert(session === known, `it is session ${session}`);
      await poll('the second logon', 60_000, async () =>
        (await at.journal('card-authenticated')).filter((each) => each['session'] === known).length === 2 ? true : undefined,
      );
      await lab.stop(running);
      looking.devices.splice(0);
      const cards = [...(await at.session('show', known)).matchAll(/destroyed \(authenticated\)/g)];
      return `${cards.length} cards, each destroyed with its logon`;
    },
    String,
  );
  await steps.run(
    'denied: the host sees our card and no drive',
    async () => {
      looking.next = { who: alice };
      const before = (await at.journal('card-authenticated')).length;
      const { process: running } = await client(CLOSED);
      await poll('the logon', 60_000, async () => (await at.journal('card-authenticated'))[before]);
      await new Promise((resolve) => setTimeout(resolve, QUIET));
      running.assertRunning();
      await lab.stop(running);
      const seen = looking.devices.splice(0);
      assert(seen.join() === '32', `it sees devices ${seen.join(', ')}`);
      return `devices ${seen.join(', ')}`;
    },
    String,
  );
  await steps.run(
    'the rule is taken back: the desktop that it gave ends, and the journal says why',
    async () => {
      looking.next = { who: alice };
      const before = (await at.journal('card-authenticated')).length;
      const { session, process: running } = await client(CLOSED);
      await poll('the logon', 60_000, async () => (await at.journal('card-authenticated'))[before]);
      const putBack = at.rewrite('policy/lab.cedar', (text) => text.replace('access=closed', 'access=nowhere'));
      const entry = await poll('its end', 60_000, async () =>
        (await at.journal('gateway-ended')).find((each) => each['session'] === session),
      );
      putBack();
      await lab.stop(running);
      looking.devices.splice(0);
      assert(entry['cause'] === 'no-longer-granted', `it ended as ${String(entry['cause'])}`);
      return said(await at.session('show', session), /^state +(ended: .*)$/m);
    },
    String,
  );
  await steps.run(
    'another account at the host: the session is over, and journaled',
    async () => {
      looking.next = { who: { ...alice, userName: 'mallory' } };
      const { session, process: running } = await client(DRIVES);
      const entry = await poll('its end', 60_000, async () =>
        (await at.journal('gateway-ended')).find((each) => each['session'] === session),
      );
      await lab.stop(running);
      assert(entry['cause'] === 'other-account', `it ended as ${String(entry['cause'])}`);
      return said(await at.session('show', session), /^state +(failed: .*)$/m);
    },
    String,
  );
}
/** Show 2: NLA by the card, a Windows logon with it, the key gone when it is over. */
async function windows(
  { lab, at, search, display }: Stage,
  keytab: string,
  identity: Parameters<typeof Xrdp.start>[1],
  kdc: Kdc,
): Promise<void> {
  const { steps } = lab;
  const { host, used, go, unlock, goOn } = await patientWindows(lab.path('client', 'gateway-windows.pem'));
  const configuration = kdc.clientConfiguration;
  const front = await CredSspHost.start(lab, {
    name: 'gateway-credssp',
    address: '127.0.1.60',
    keytab,
    identity,
    configuration,
    behind: host.port,
  });
  const client = at.connect('connect-windows', HOST, display);
  try {
    await steps.run(
      'mayfly connect: a Windows host with NLA uses the card that xfreerdp does not have',
      async () =>
        search.learn(
          lab,
          await Promise.race([used, client.exited.then(() => Promise.reject(new Error('the client has ended')))]),
        ),
      String,
    );
    await steps.run(
      'Save Session Info: no byte of the key is left in the service',
      async () => {
        go({ domain: 'LAB', userName: 'alice', sessionId: 2 });
        await poll('the logon', 60_000, async () => (await at.journal('card-authenticated')).at(-1));
        return search.nothing();
      },
      String,
    );
    await steps.run(
      '… and the session goes on without a key',
      async () => {
        client.assertRunning();
        const [id = ''] = await at.sessions('granted');
        return said(await at.session('show', id), /(destroyed \(authenticated\), .*)/);
      },
      String,
    );
    const [id = ''] = await at.sessions('granted');
    await steps.run(
      'mayfly session reauthenticate: another card, whose PIN unlocks the desktop',
      async () => search.learn(lab, await unlock(said(await at.session('reauthenticate', id), /^PIN (\d{8}),/))),
      String,
    );
    await steps.run(
      'logged on again: no byte of its key is left either',
      async () => {
        goOn();
        await poll('the end of the key', 60_000, async () =>
          [...(await at.session('show', id)).matchAll(/destroyed \(authenticated\)/g)].length === 2 ? true : undefined,
        );
        const asked = (await at.journal('card-requested')).filter((each) => each['purpose'] === 'reauthentication');
        assert(asked.length === 1, `${asked.length} entries of it`);
        return search.nothing();
      },
      String,
    );
    await lab.stop(client);
  } finally {
    await front.stop();
    await host.end();
  }
}
