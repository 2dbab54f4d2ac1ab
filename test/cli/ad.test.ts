import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Home, mayfly, newHome } from './mayfly.ts';

let home: Home;
let withDirectory: string;
beforeAll(async () => {
  home = newHome();
  await mayfly(home, 'ca', 'init', '--lab', '--ca', 'lab', '--domain', 'corp.example', '--key', 'p-256');
  await mayfly(
    home,
    'ca',
    'init',
    '--ca',
    'corp',
    '--domain',
    'corp.example',
    '--key',
    'p-256',
    '--passphrase-file',
    home.passphraseFile,
  );
  withDirectory = join(home.beside, 'mayfly.json');
  // Nobody listens at port 1.
  const directory = {
    domain: 'corp.example',
    servers: ['127.0.0.1:1'],
    account: 'svc@corp.example',
    password: { file: home.passphraseFile },
  };
  const cas = [{ name: 'corp', passphrase: { file: home.passphraseFile } }];
  writeFileSync(withDirectory, JSON.stringify({ domains: [{ name: 'corp.example' }], directories: [directory], cas }), {
    mode: 0o600,
  });
});
/** What a command that must not succeed says, code first. */
async function refusal(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await mayfly(home, ...args, '--json');
  expect(code, stdout + stderr).toBe(1);
  const { ok, error } = JSON.parse(stdout) as { ok: boolean; error: { code: string; message: string; next?: string } };
  expect([ok, typeof error.next]).toEqual([false, 'string']);
  return `${error.code}: ${error.message}`;
}

describe('mayfly ad', () => {
  it.each(['plan', 'apply', 'crl'])('%s: a lab CA is refused', async (command) => {
    expect(await refusal('ad', command, '--ca', 'lab', '--config', withDirectory)).toBe(
      'ca-lab: CA "lab" is a lab CA: it is never published',
    );
  });
  it.each(['plan', 'apply', 'undo', 'crl', 'rights'])(
    '%s: wants a directory, and says that it cannot be reached',
    async (command) => {
      expect(await refusal('ad', command, '--ca', 'corp')).toBe('ad-forest: no directory is configured');
      expect(await refusal('ad', command, '--ca', 'corp', '--config', withDirectory, '--forest', 'other.example')).toBe(
        'ad-forest: no directory of forest other.example is configured',
      );
      if (command !== 'undo')
        expect(await refusal('ad', command, '--ca', 'corp', '--config', withDirectory)).toBe(
          'directory-unreachable: 127.0.0.1:1 cannot be reached (ECONNREFUSED)',
        );
    },
  );
  it('wants an admin with a password', async () => {
    expect(await refusal('ad', 'plan', '--ca', 'corp', '--config', withDirectory, '--account', 'admin')).toBe(
      'usage: --account and --password-file go together',
    );
  });
});

describe('mayfly ca rotate', () => {
  it('is restarted at any step: what is staged stays staged, and nothing is activated that nobody can check', async () => {
    const stage = () => mayfly(home, 'ca', 'rotate', 'stage', '--ca', 'corp', '--config', withDirectory, '--json');
    const [first, second] = [await stage(), await stage()];
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(JSON.parse(second.stdout)).toEqual({ ok: true, active: 'corp', next: 'corp-2', state: 'staged' });
    const status = await mayfly(home, 'ca', 'rotate', 'status', '--ca', 'corp', '--config', withDirectory);
    expect(status.stdout).toBe('corp: issues, followed by corp-2 (staged)\ncorp-2: staged\n');
    expect(await refusal('ca', 'rotate', 'retire', '--ca', 'corp', '--config', withDirectory)).toBe(
      'rotation: there is no CA whose successor issues and that is still there',
    );
  });
  it('names what is staged already, and what is missing', async () => {
    expect(await refusal('ca', 'rotate', 'stage', '--ca', 'corp', '--config', withDirectory, '--next', 'lab')).toBe(
      'rotation: CA "corp-2" is staged already',
    );
    expect(await refusal('ca', 'rotate', 'check', '--ca', 'lab')).toBe('rotation: nothing is staged to follow CA "lab"');
    expect(await refusal('ca', 'rotate', 'stage', '--ca', 'lab', '--next', 'none')).toBe(
      'ca-missing: there is no CA "none" with a certificate',
    );
  });
});
