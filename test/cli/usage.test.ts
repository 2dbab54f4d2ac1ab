import { describe, expect, it } from 'vitest';
import { type Home, mayfly, newHome, spawned } from './mayfly.ts';

const home: Home = newHome();
const commands = [
  [],
  ['demo'],
  ['explain'],
  ['config'],
  ['config', 'check'],
  ['ca'],
  ...['init', 'csr', 'install', 'import', 'list', 'show', 'serve', 'issue', 'revoke', 'crl', 'refused-sids'].map((name) => [
    'ca',
    name,
  ]),
  ['policy'],
  ...['check', 'test', 'explain', 'schema'].map((name) => ['policy', name]),
];

describe('mayfly', () => {
  it.each(commands.map((command) => [command.join(' '), command] as const))('%s --help tells its usage', async (_, command) => {
    const { code, stdout, stderr } = await mayfly(home, ...command, '--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Usage: mayfly ${command.join(' ')}`));
    expect(stdout).toContain('-h, --help');
  });
  it('--version tells its version', async () => {
    expect(await mayfly(home, '--version')).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' });
  });
  const misused: readonly [readonly string[], RegExp][] = [
    [['nonsense'], /unknown command 'nonsense'/],
    [['ca', 'nonsense'], /unknown command 'nonsense'/],
    [['ca', 'list', '--nonsense'], /unknown option '--nonsense'/],
    [['ca', 'list', 'nonsense'], /too many arguments/],
    [['ca', 'init', '--key', 'dsa'], /Allowed choices are rsa-2048, rsa-3072, rsa-4096, p-256, p-384/],
    [['ca', 'init', '--sid', 'none'], /Allowed choices are extension, uri, both/],
    [['ca', 'init', '--years', '0'], /give a whole number from 1 to 30/],
    [['ca', 'init', '--years', '1e1'], /give a whole number from 1 to 30/],
    [['ca', 'install'], /missing required argument 'file'/],
    [['ca', 'issue', '--upn', 'a@b'], /required option '--sid <sid>' not specified/],
    [['ca', 'issue', '--upn', 'a@b', '--sid', 's', '--public-key', 'k', '--minutes', '31'], /from 1 to 30/],
    [['ca', 'revoke', 'ab', '--reason', 'cACompromise'], /Allowed choices are/],
    [['ca', 'crl', '--format', 'xml'], /Allowed choices are pem, der/],
    [['--nonsense'], /unknown option/],
  ];
  it.each(misused)('%j is not understood: exit code 2', async (args, reason) => {
    const said = await mayfly(home, ...args);
    expect(said.code).toBe(2);
    expect(said.stdout).toBe('');
    expect(said.stderr).toMatch(reason);
    const { code, stdout } = await mayfly(home, ...args, '--json');
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: { code: 'usage', message: expect.stringMatching(/^[^\n]+$/) as unknown },
    });
  });
  it('without a command tells its usage and ends with 2', async () => {
    for (const command of [[], ['ca'], ['config']]) {
      const { code, stdout, stderr } = await mayfly(home, ...command);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^Usage: mayfly/);
    }
  });
  it('gives the shell its exit code', async () => {
    expect((await spawned(home, ['ca', 'list'])).code).toBe(0);
    expect((await spawned(home, ['ca', 'show'])).code).toBe(1);
    expect((await spawned(home, ['ca', 'nonsense'])).code).toBe(2);
  });
});
