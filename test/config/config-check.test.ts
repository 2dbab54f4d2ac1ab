import { describe, expect, it, vi } from 'vitest';
import { configCheck } from '../../src/cli/commands/config-check.ts';
import { configFolder, written } from './config-folder.ts';

const folder = configFolder();

async function run(content: string, json: boolean): Promise<{ readonly code: number; readonly output: string }> {
  const config = written(folder, 'mayfly.yaml', content);
  let output = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    output += String(text);
    return true;
  });
  try {
    return { code: await configCheck({ config, json }), output };
  } finally {
    write.mockRestore();
  }
}

describe('mayfly config check', () => {
  it('shows values, sources and no fault', async () => {
    written(folder, 'passphrase', 'x');
    const { code, output } = await run('home: /data\ncas: [{ name: main, passphrase: { file: ./passphrase } }]\n', false);
    expect(code).toBe(0);
    expect(output).toMatch(/^ {2}home +\/data +.*mayfly\.yaml:1 *$/m);
    expect(output).toMatch(/^ {2}cas\[0\]\.passphrase\.file +.*\/passphrase +.*mayfly\.yaml:2 *$/m);
    expect(output).toMatch(/^ {2}cas\[0\]\.maxLifetimeMinutes +30 +default *$/m);
    expect(output.endsWith('no fault\n')).toBe(true);
  });
  it('tells what is wrong with a secret', async () => {
    const { code, output } = await run('cas: [{ name: main, passphrase: { file: ./absent } }]\n', true);
    expect(code).toBe(1);
    expect(JSON.parse(output)).toMatchObject({
      ok: false,
      faults: [{ path: 'cas[0].passphrase.file', line: 1, column: 41, message: 'the secret file does not exist' }],
    });
    expect(output).not.toContain('absent');
  });
  it('prints one JSON object', async () => {
    const { code, output } = await run('home: /data\n', true);
    expect(code).toBe(0);
    const said = JSON.parse(output) as { readonly settings: readonly unknown[] };
    expect(said).toMatchObject({ ok: true, faults: [] });
    expect(said.settings).toContainEqual({ path: 'home', value: '/data', source: expect.stringMatching(/:1$/) as unknown });
    expect(said.settings).toContainEqual({ path: 'service.policy', value: '/data/service/policy', source: 'default' });
    expect(said.settings).toContainEqual({ path: 'service.limits.keyPool', value: 8, source: 'default' });
  });
});
