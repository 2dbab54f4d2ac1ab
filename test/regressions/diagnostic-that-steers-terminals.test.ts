import { expect, it } from 'vitest';
import { describeFailure } from '../../src/cli/failure.ts';
import { DomainControllers } from '../../src/directory/domain-controllers.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { message, result, ScriptedLdap } from '../directory/scripted-ldap.ts';

const hostile = `\u001b]0;mayfly\u0007\u001b[2J${'x'.repeat(100_000)}`;
async function said(id: (asked: number) => number): Promise<string> {
  const server = await ScriptedLdap.start(undefined, (asked, socket) =>
    socket.write(message(id(asked.id), result(0x78, 52, hostile))),
  );
  const controllers = new DomainControllers({
    domain: 'corp.example',
    locate: async () => [{ host: '127.0.0.1', port: server.port }],
    security: { how: 'starttls', anchors: [], patience: 30_000 },
    bind: (as) => as('svc', 'secret'),
    elapsed: () => performance.now(),
  });
  try {
    return await controllers.run(async () => 'connected').catch((e: unknown) => describeFailure(e).message);
  } finally {
    controllers.close();
    await server.stop();
  }
}

it.each([
  ['refuses STARTTLS', (asked: number) => asked],
  ['ends the connection', () => 0],
])('what a server says that %s, before anything is proven, is short and steers no terminal', async (_, id) => {
  const told = await said(id);
  expect(told).toMatch(/\]0;mayfly \[2Jx+/);
  expect(told).toMatch(/^[\x20-\x7e]{1,400}$/);
});
it('no error steers a terminal, whatever it repeats', () => {
  const failure = describeFailure(new MayflyError('code', 'found \u001b[2J\u009b2J\u202e', { next: 'see \u001b[2J' }));
  expect(failure).toEqual({ code: 'code', message: 'found \ufffd[2J\ufffd2J\ufffd', next: 'see \ufffd[2J' });
});
