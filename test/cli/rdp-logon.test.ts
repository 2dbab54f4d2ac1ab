import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newHome, spawned } from './mayfly.ts';

const home = newHome();
const anybody = ['--upn', 'alice@corp.example', '--sid', 'S-1-5-21-1-2-3-1105', '--json'];

it.each([
  ['192.0.2.7', 'an address, for which no KDC issues a ticket'],
  ['desk1', 'no full DNS name'],
])('mayfly rdp logon %s: %s, and nothing is dialled', async (host, why) => {
  const { code, stdout } = await spawned(home, ['rdp', 'logon', host, ...anybody]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    error: { code: 'nla-host-name', message: expect.stringContaining(why) as unknown },
  });
});
it('mayfly rdp logon asks for a CA before it goes anywhere', async () => {
  let dialled = 0;
  const server = createServer(() => dialled++);
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const config = join(home.beside, 'targets.yaml');
  writeFileSync(config, `targets: [{ name: desk1.corp.example, address: 127.0.0.1, port: ${port} }]`);
  const { code, stdout } = await spawned(home, ['rdp', 'logon', '127.0.0.1', ...anybody, '--config', config]);
  expect([code, dialled]).toEqual([1, 0]);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: expect.stringMatching(/^ca-/) as unknown } });
  await new Promise<void>((resolve) => server.close(() => resolve()));
});
