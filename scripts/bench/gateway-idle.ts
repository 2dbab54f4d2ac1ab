import { fork } from 'node:child_process';
import { once } from 'node:events';
import { sha256 } from '../../src/crypto/digest.ts';
import { pinAsPassword } from '../../src/rdp/client-info.ts';
import { clientInfoOfCard } from '../../src/rdp/offered-client-info.ts';
import { endAll, gatewayAtHand } from '../../test/gateway/at-hand.ts';
import { cardPlan, client } from '../../test/rdp/connected-client.ts';
import { fakeHost } from '../../test/rdp/fake-host.ts';
import { hostCertificate } from '../../test/rdp/fake-host-certificate.ts';
import { hex } from '../../test/wire/annotated-hex.ts';

/** What a session costs that nobody uses: the gateway in a process of its own, hosts and clients in this one. `--sessions=N` for others than 1,000. */
const [, , option, port, fingerprint = ''] = process.argv;
const SESSIONS = Number(/^--sessions=(\d+)$/.exec(option ?? '')?.[1] ?? 1000);
const PATIENCE = 120_000;
const DAY = 86_400_000;
const SAMPLES = 40;
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
interface Asked {
  readonly tokens?: number;
}
interface Told {
  readonly port: number;
  readonly tokens: readonly string[];
  readonly rss: number;
  readonly cpu: number;
}

/** The gateway's process: makes tokens and tells what it costs when it is asked. */
async function gateway(behind: { readonly port: number; readonly fingerprint: string }): Promise<void> {
  const limits = { perAddress: SESSIONS, inAll: SESSIONS };
  const at = await gatewayAtHand({ behind, halfOpen: limits, sessions: SESSIONS, patience: PATIENCE, ports: { idle: DAY } });
  let issued = 0;
  process.on('message', ({ tokens = 0 }: Asked) => {
    const { user, system } = process.cpuUsage();
    const made = Array.from({ length: tokens }, () => {
      const session = `of ${issued++}`;
      return at.tokens.issue(session, { ...at.grant, session }).token;
    });
    process.send?.({ port: at.port, tokens: made, rss: process.memoryUsage().rss, cpu: (user + system) / 1000 } satisfies Told);
  });
  process.on('disconnect', () => void endAll().then(() => process.exit(0)));
  process.send?.('ready');
}
async function bench(): Promise<void> {
  const host = await fakeHost(hostCertificate, {}, PATIENCE);
  const child = fork(import.meta.filename, [`--sessions=${SESSIONS}`, String(host.port), hex(sha256(hostCertificate.der))]);
  await once(child, 'message');
  const ask = async (asked: Asked): Promise<Told> => {
    child.send(asked);
    return ((await once(child, 'message')) as [Told])[0];
  };
  const { port: front } = await ask({});
  const trust = { kind: 'unproven' } as const;
  const connect = async (to: number, userName: string) => {
    const began = performance.now();
    const clientInfo = () => clientInfoOfCard({ userName, password: pinAsPassword(new Uint8Array(1)) });
    const { transport } = await client(to, cardPlan({ clientInfo }), { trust, patience: PATIENCE });
    return { transport, ms: performance.now() - began };
  };
  const [direct, through]: [number[], number[]] = [[], []];
  for (const token of (await ask({ tokens: SAMPLES })).tokens) {
    for (const [times, to] of [
      [direct, host.port],
      [through, front],
    ] as const) {
      const { transport, ms } = await connect(to, token);
      times.push(ms);
      transport.close();
    }
  }
  const added = median(through) - median(direct);
  console.log(
    `to an active session: ${median(direct).toFixed(1)} ms directly, ${median(through).toFixed(1)} through (${added.toFixed(1)} more)`,
  );

  await new Promise((resolve) => setTimeout(resolve, 1000));
  const before = await ask({});
  const held: Awaited<ReturnType<typeof connect>>[] = [];
  const { tokens } = await ask({ tokens: SESSIONS });
  for (let i = 0; i < tokens.length; i += 10)
    held.push(...(await Promise.all(tokens.slice(i, i + 10).map((token) => connect(front, token)))));
  const after = await ask({});
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  const idle = await ask({});
  const mib = (octets: number) => `${(octets / 1024 / 1024).toFixed(0)} MiB`;
  const each = ((after.rss - before.rss) / SESSIONS / 1024).toFixed(0);
  console.log(`${held.length} idle sessions: ${mib(idle.rss)} resident (${mib(before.rss)} before, ${each} KiB each)`);
  console.log(
    `CPU of all of them: ${((idle.cpu - after.cpu) / 100).toFixed(2)} % of one core; to open one ${((after.cpu - before.cpu) / SESSIONS).toFixed(1)} ms`,
  );
  for (const { transport } of held) transport.close();
  child.disconnect();
  await host.end();
}
await (port === undefined ? bench() : gateway({ port: Number(port), fingerprint }));
