import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Home, mayfly, newHome, type Ran, type Serving, serve, spawned } from './mayfly.ts';

const ANYWHERE = ['--listen', '127.0.0.1:0', '--public-http', '127.0.0.1:0'];
const DESK = 'desk1.demo.mayfly.test';

let home: Home;
/** With the lab CA that a first start would make, of a key that is quick to make. */
async function demoHome(): Promise<Home> {
  const made = newHome();
  const init = ['ca', 'init', '--lab', '--ca', 'demo', '--key', 'p-256', '--domain', 'demo.mayfly.test'];
  expect((await mayfly(made, ...init)).code).toBe(0);
  return made;
}
const start = (at: Home, ...args: string[]) => serve(at, { args: ['serve', '--json', ...ANYWHERE, ...args] });
const listening = ({ stdout }: Ran) => JSON.parse(stdout.split('\n')[0] ?? '') as Readonly<Record<string, string>>;
const refusal = async (...args: string[]) => {
  const { code, stderr } = await mayfly(home, ...args);
  expect(code).toBe(1);
  return stderr;
};
let running: Serving | undefined;
afterEach(async () => {
  await running?.stop('SIGKILL');
  running = undefined;
});

describe('mayfly serve', () => {
  beforeAll(async () => {
    home = await demoHome();
  });

  it('writes tokens for its owner alone at its first start, refuses a second service, ends clean, and starts again', async () => {
    running = await start(home);
    const { url, publicHttp, adminToken = '', demoToken = '' } = listening(running.said());
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(publicHttp).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    for (const file of [adminToken, demoToken]) expect(statSync(file).mode & 0o777).toBe(0o600);

    const second = await spawned(home, ['serve', ...ANYWHERE]);
    expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining('a service runs on') as string });

    const ended = await running.stop('SIGTERM');
    expect(ended.code).toBe(0);
    const tokens = [adminToken, demoToken].map((file) => readFileSync(file, 'utf8').trim());
    for (const token of tokens) expect(ended.stdout + ended.stderr).not.toContain(token);

    const { stdout } = await mayfly(home, 'journal', 'export');
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse((JSON.parse(line) as { entry: string }).entry) as { event: string }).event);
    const life = [
      'policy-loaded',
      'service-started',
      'token-created',
      'token-created',
      'checkpoint',
      'service-stopped',
      'checkpoint',
    ];
    expect(events).toEqual(life);

    running = await start(home);
    expect(listening(running.said())).not.toHaveProperty('adminToken');
    expect(await running.stop('SIGINT')).toMatchObject({ code: 0 });
  });

  it('is asked by the commands of its machine, which find it by themselves', async () => {
    running = await start(home);
    const asked = await mayfly(home, 'session', 'request', DESK, '--reason', 'a test', '--json');
    const { session } = JSON.parse(asked.stdout) as { session: { id: string; state: string; account: string } };
    expect(session).toMatchObject({ state: 'granted', account: 'alice@demo.mayfly.test' });
    expect((await mayfly(home, 'session', 'show', session.id)).stdout).toContain('a test');
    expect((await mayfly(home, 'session', 'list', '--state', 'granted')).stdout).toContain(session.id);
    expect((await mayfly(home, 'session', 'end', session.id)).stdout).toContain('ended: its owner has ended it');
    expect((await mayfly(home, 'session', 'watch', session.id)).stdout).toBe('ended: its owner has ended it\n');
    expect((await mayfly(home, 'session', 'targets')).stdout).toContain(DESK);

    expect(await refusal('session', 'request', 'nowhere.example')).toMatch(
      /^mayfly: denied: the directory knows no such host\n {2}next: see `mayfly session show [0-9a-f]{32}`\n$/,
    );
    expect(await refusal('session', 'show', 'latest')).toContain('is not the id of a session');
    expect(await refusal('session', 'show', '0'.repeat(32))).toContain('there is no such session, or it is not yours');
    expect(await refusal('card', 'attach', session.id, '--vpcd', '127.0.0.1:1')).toContain('the session is over');
    expect(await refusal('session', 'approve', session.id)).toContain('the session is over');
  });

  it('ends what runs when its rules or its directory give it no more', async () => {
    running = await start(home);
    const ask = async () => (await mayfly(home, 'session', 'request', DESK, '--id')).stdout.trim();
    const ended = async (id: string) => (await mayfly(home, 'session', 'watch', id)).stdout.trim().split('\n').at(-1);
    const replaced = (path: string, change: (text: string) => string) => {
      const file = join(home.home, 'service', path);
      const text = readFileSync(file, 'utf8');
      writeFileSync(`${file}.new`, change(text), { mode: 0o600 });
      renameSync(`${file}.new`, file);
      return () => replaced(path, () => text);
    };
    const [first, putBack] = [
      await ask(),
      replaced(join('policy', 'default.cedar'), (text) => text.replaceAll('=self', '=none')),
    ];
    expect(await ended(first)).toContain('no rule gives this host with this account to this person');
    putBack();
    let second = '';
    for (const since = Date.now(); second === '' && Date.now() < since + 30_000; ) second = await ask();
    const known = replaced('directory.yaml', (text) => text.replace('name: desk1.', 'name: desk2.'));
    expect(await ended(second)).toContain('the directory knows no such host');
    known();
  });

  it('sees to tokens, whether it runs or not; a revoked one lets nobody in', async () => {
    const out = join(home.beside, 'portal.token');
    const create = ['token', 'create', 'portal', '--out', out, '--json'];
    running = await start(home);
    const made = JSON.parse((await mayfly(home, ...create)).stdout) as { id: string; scopes: readonly string[] };
    expect(made.scopes).toEqual(['sessions']);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(await refusal('session', 'request', DESK, '--token-file', out)).toContain('nobody is named for whom the session is');
    expect(await refusal('token', 'list', '--token-file', out)).toContain('it lacks the scope "admin"');
    expect((await mayfly(home, 'token', 'revoke', made.id)).stdout).toContain('revoked ');
    expect(await refusal('session', 'list', '--token-file', out)).toContain('the token was revoked');
    await running.stop();

    const kept = JSON.parse((await mayfly(home, ...create)).stdout) as { id: string };
    const { stdout } = await mayfly(home, 'token', 'list');
    expect(stdout).toMatch(new RegExp(`${made.id} .* revoked `));
    expect(stdout).toMatch(new RegExp(`${kept.id} .* until `));
    expect(await refusal('token', 'create', '--person', 'nobody@demo.mayfly.test')).toContain(
      'the directory knows no such person',
    );
    expect(await refusal('token', 'create')).toContain('nothing names the token');
    expect(await refusal('token', 'revoke', 'a token')).toContain('this is not the id of a token');
    expect(await refusal('token', 'revoke', 'aaaaaaaaaaaaaaaa')).toContain('there is no token with this id');
    expect(await refusal('session', 'list')).toContain('cannot be reached (ECONNREFUSED)');
  });

  it('says what is missing, and what to do', async () => {
    const config = join(home.beside, 'mayfly.yaml');
    writeFileSync(config, 'service: { ca: demo }\n');
    expect(await spawned(home, ['serve', '--config', config])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/nothing says whose accounts the service may certify\n {2}next: add domains/) as string,
    });
    expect((await spawned(home, ['serve', '--config', config, '--domain', 'a.example'])).stderr).toContain('--domain is for');
    expect((await spawned(home, ['serve', '--domain', 'other.example'])).stderr).toContain('was made for demo.mayfly.test');
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    expect((await spawned(home, ['serve', ...ANYWHERE, '--listen', `127.0.0.1:${port}`])).stderr).toMatch(
      /cannot listen on 127\.0\.0\.1:\d+ \(EADDRINUSE\)\n {2}next: end what listens there, or name another with --listen/,
    );
    taken.close();
    expect((await spawned(home, ['serve', ...ANYWHERE, '--listen', 'here'])).stderr).toContain('"here" is not HOST:PORT');

    const other = newHome();
    expect(await mayfly(other, 'session', 'list')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no service has run on the data folder') as string,
    });
    expect(await mayfly(other, 'session', 'list', '--url', 'https://127.0.0.1:1')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is no token in') as string,
    });
    expect(await refusal('card', 'attach', '--vpcd', '127.0.0.1:1')).toContain('nothing says whose card to attach');
    expect(await refusal('card', 'attach', '0'.repeat(32), '--vpcd', '127.0.0.1:1', '--upn', 'a@b.example')).toContain(
      'a session has settled whose card it is',
    );
  });

  it('goes on without a CA process, says so, and mints as soon as there is one', async () => {
    const config = join(home.beside, 'own.yaml');
    writeFileSync(config, 'domains: [{ name: demo.mayfly.test }]\nservice: { ca: demo }\n');
    running = await serve(home, { args: ['serve', '--json', ...ANYWHERE, '--config', config] });
    expect(running.said().stderr).toContain('no CA process answers');
    const { url = '' } = listening(running.said());
    const ready = async () => {
      const { stdout } = await spawned(home, ['session', 'targets', '--url', url]);
      return stdout;
    };
    expect(await ready()).toContain(DESK);
    const id = (await mayfly(home, 'session', 'request', DESK, '--id')).stdout.trim();
    expect(await refusal('card', 'attach', id, '--vpcd', '127.0.0.1:1')).toContain('the CA process does not answer');
  });
});
