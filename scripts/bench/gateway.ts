import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { toPem } from '../../src/ca/pem.ts';
import { fastPathPdu } from '../../src/rdp/fast-path.ts';
import { indication, shareIndications } from '../../src/rdp/session-ids.ts';
import { dataPdu, pduType2 } from '../../src/rdp/share-data.ts';
import { encode } from '../../src/wire/codec.ts';
import { hostCertificate } from '../../test/rdp/fake-host-certificate.ts';

/** What a session costs on its way through: against a relay that looks at nothing, each in a process of its own, one after the other. */
const MEGABYTES = Number(/^--megabytes=(\d+)$/.exec(process.argv[2] ?? '')?.[1] ?? 500);
const ROUNDS = 3;
const PINGS = 2000;
const modes = ['bare', 'gateway'] as const;
type Mode = (typeof modes)[number];
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

const update = (length: number) =>
  shareIndications({ userId: 1007, ioChannelId: 1003 }, [
    dataPdu({ shareId: 1, pduSource: 1002, type: pduType2.update, body: new Uint8Array(length) }),
  ]);
const kinds: readonly (readonly [name: string, pdu: Uint8Array])[] = [
  ['fast-path, 16,000 octets', encode(fastPathPdu, { header: 0, body: new Uint8Array(15_997) })],
  ['fast-path, 1,400 octets', encode(fastPathPdu, { header: 0, body: new Uint8Array(1397) })],
  ['I/O channel, 16,000 octets', update(15_950)],
  [
    'dynamic channel, 1,600 octets',
    indication(
      1006,
      Uint8Array.from({ length: 1600 }, (_, i) => (i === 4 ? 3 : i === 8 ? 0x30 : 0)),
    ),
  ],
];
const ping = encode(fastPathPdu, { header: 4, body: new Uint8Array(61) });

/** A host that pours so many octets when it is asked for them, and echoes otherwise. */
function host(): Promise<number> {
  const key = hostCertificate.key.privateKey.export({ format: 'pem', type: 'pkcs8' });
  const server = createServer({ key, cert: toPem('CERTIFICATE', hostCertificate.der) }, (socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      const kind = kinds[(chunk[2] ?? 0) - 1];
      if (kind) void pour(socket, kind[1]);
      else socket.write(chunk);
    });
  });
  return new Promise((resolve) =>
    server
      .listen({ host: '127.0.0.1', port: 0 }, () => {
        const address = server.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      })
      .unref(),
  );
}
async function pour(socket: TLSSocket, pdu: Uint8Array): Promise<void> {
  const block = Buffer.concat(Array.from({ length: Math.max(1, Math.floor(65_536 / pdu.length)) }, () => pdu));
  for (let left = MEGABYTES * 1_000_000; left > 0; left -= block.length) if (!socket.write(block)) await once(socket, 'drain');
}
const usage = async (relay: ChildProcess) => {
  relay.send('usage');
  const [told] = (await once(relay, 'message')) as [{ readonly cpu: number; readonly rss: number }];
  return told;
};
interface Figures {
  readonly rates: number[][];
  readonly cpu: number[][];
  readonly pings: number[];
}
async function measured(mode: Mode, behind: number, into: Figures): Promise<void> {
  const relay = fork(new URL('children/gateway-relay.ts', import.meta.url), [mode, String(behind)], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const [line] = (await once(relay.stdout ?? relay, 'data')) as [Buffer];
  const socket = connect({ host: '127.0.0.1', port: Number(line), rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  socket.setNoDelay(true);
  for (let i = 0; i < PINGS; i++) {
    const began = performance.now();
    socket.write(ping);
    await once(socket, 'data');
    if (i > PINGS / 4) into.pings.push(performance.now() - began);
  }
  for (const [i] of kinds.entries()) {
    const before = await usage(relay);
    const began = performance.now();
    socket.write(encode(fastPathPdu, { header: 4, body: Uint8Array.of(i + 1, 0, 0) }));
    for (let have = 0; have < MEGABYTES * 1_000_000; ) have += ((await once(socket, 'data')) as [Buffer])[0].length;
    into.rates[i]?.push(MEGABYTES / ((performance.now() - began) / 1000));
    into.cpu[i]?.push((((await usage(relay)).cpu - before.cpu) / MEGABYTES) * 100);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  socket.destroy();
  relay.kill();
}
const behind = await host();
const empty = (): Figures => ({ rates: kinds.map(() => []), cpu: kinds.map(() => []), pings: [] });
const figures: Readonly<Record<Mode, Figures>> = { bare: empty(), gateway: empty() };
for (let i = 0; i < ROUNDS; i++) for (const mode of modes) await measured(mode, behind, figures[mode]);
const { bare, gateway } = figures;
console.log(`${MEGABYTES} MB from host to client, TLS on both sides, medians of ${ROUNDS}, one after the other`);
for (const [i, [name]] of kinds.entries()) {
  const [b, g] = [median(bare.rates[i] ?? []), median(gateway.rates[i] ?? [])];
  const cpu = [median(bare.cpu[i] ?? []), median(gateway.cpu[i] ?? [])].map((ms) => ms.toFixed(0)).join(' / ');
  console.log(
    `${name}: ${b.toFixed(0)} MB/s bare, ${g.toFixed(0)} gateway, ratio ${(g / b).toFixed(2)}; CPU ms per 100 MB ${cpu}`,
  );
}
const us = (ms: number) => `${(ms * 1000).toFixed(0)} us`;
console.log(`round trip of 64 octets: ${us(median(bare.pings))} bare, ${us(median(gateway.pings))} gateway (medians)`);
