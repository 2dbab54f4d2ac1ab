import { spawn } from 'node:child_process';
import { sha256 } from '../../src/crypto/digest.ts';
import { toHex } from '../../src/wire/hex.ts';
import { cardPlan, client } from '../../test/rdp/connected-client.ts';
import { fakeHost } from '../../test/rdp/fake-host.ts';
import { hostCertificate } from '../../test/rdp/fake-host-certificate.ts';
import { measure, report } from '../measure.ts';

/**
 * What an RDP connection costs on our side: the host runs in a process of its own. Against xfreerdp on a real host the times stand
 * in the scenario `rdp`.
 */
const CONNECTIONS = 200;
if (process.argv.includes('--host')) {
  const host = await fakeHost(hostCertificate, {}, 600_000);
  console.log(`${host.port} ${toHex(sha256(hostCertificate.der))}`);
} else {
  const host = spawn(process.execPath, [import.meta.filename, '--host'], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const line = await new Promise<string>((resolve) => host.stdout.once('data', (chunk: Buffer) => resolve(String(chunk))));
    const [port = '', fingerprint = ''] = line.trim().split(' ');
    await bench(Number(port), fingerprint);
  } finally {
    host.kill('SIGKILL');
  }
}
async function bench(port: number, fingerprint: string): Promise<void> {
  const trust = { kind: 'pinned', fingerprints: [fingerprint] } as const;
  const connect = () => client(port, cardPlan(), { trust, patience: 30_000 });
  const [one] = await measure([
    { name: 'connected, active, closed', runs: 100, work: async () => (await connect()).transport.close() },
  ]);
  if (one) report('one connection, TLS and all, on loopback', [one]);

  const settled = async () => {
    for (let i = 0; i < 3; i++) {
      globalThis.gc?.();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const { rss, heapUsed, external } = process.memoryUsage();
    return { rss, used: heapUsed + external };
  };
  const before = await settled();
  const began = performance.now();
  const held = await Promise.all(Array.from({ length: CONNECTIONS }, connect));
  const took = performance.now() - began;
  const after = await settled();
  const perConnection = (octets: number) => `${(octets / CONNECTIONS / 1024).toFixed(1)} KiB`;
  const active = held.filter(({ outcome }) => outcome.kind === 'active').length;
  console.log(`\n${active} of ${CONNECTIONS} connections active at once after ${took.toFixed(0)} ms`);
  console.log(
    `memory of each: ${perConnection(after.rss - before.rss)} resident, ${perConnection(after.used - before.used)} of the heap and beside it`,
  );
  for (const { transport } of held) transport.close();
}
