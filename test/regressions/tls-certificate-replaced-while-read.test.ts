import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { readServerIdentity } from '../../src/ca/service-certificate.ts';
import { temporaryFolder } from '../ca/made-ca.ts';

/** A pipe's writing end opens once its reader has opened it. */
async function written(path: string): Promise<number> {
  for (;;) {
    try {
      return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch {
      await after(5);
    }
  }
}

// A certificate that was replaced between its reading and the look at its version passed for the new one, which was never read.
it.skipIf(process.platform === 'win32')('a certificate replaced while it is read does not pass for the one read', async () => {
  const folder = temporaryFolder();
  const files = { certificate: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
  execFileSync('mkfifo', [files.certificate]);
  writeFileSync(files.key, 'key');
  const reading = readServerIdentity(files);
  const old = await written(files.certificate);
  writeFileSync(`${files.certificate}.new`, 'new');
  renameSync(`${files.certificate}.new`, files.certificate);
  writeSync(old, 'old');
  closeSync(old);
  const first = await reading;
  const second = await readServerIdentity(files);
  expect([first.certificate, second.certificate]).toEqual(['old', 'new']);
  expect(first.version).not.toBe(second.version);
});
