import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openInClient } from '../../src/cli/commands/rdp-client.ts';

/** xfreerdp trusted any certificate on first use, and those that it had trusted before: who stood between got the token. */
let folder: string;
const path = process.env['PATH'];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mayfly-client-'));
  process.env['PATH'] = folder;
});
afterEach(() => {
  process.env['PATH'] = path;
  rmSync(folder, { recursive: true, force: true });
});
/** A program of that name that notes how it was called. */
function program(name: string): void {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' "\${XDG_CONFIG_HOME}" "$@" > ${folder}/called\nexit 7\n`);
  chmodSync(file, 0o700);
}
const launch = { file: 'full address:s:gateway\r\n', fingerprint: '00aabbcc' };

describe('mayfly connect', () => {
  it.each(['xfreerdp', 'xfreerdp3'])('has %s take the certificate of the launch, and no other', async (name) => {
    program(name);
    await expect(openInClient(launch, 'xfreerdp')).resolves.toBe(7);
    const [config = '', file = '', ...args] = readFileSync(join(folder, 'called'), 'utf8').trim().split('\n');
    expect(args).toEqual(['/sec:tls', '/cert:deny,fingerprint:sha256:00:aa:bb:cc', '/p:none']);
    expect(file).toBe(join(config, 'session.rdp'));
  });
  it('says what to install where there is no client', async () => {
    await expect(openInClient(launch, 'xfreerdp')).rejects.toMatchObject({ code: 'rdp-client' });
  });
});
