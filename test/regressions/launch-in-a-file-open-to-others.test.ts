import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writePrivately } from '../../src/cli/commands/connect.ts';
import { temporaryFolder } from '../ca/made-ca.ts';

// The token of `mayfly connect --file` was written into a file that was there before with the permissions that it had.
it('a launch that is written over a file that others may read is nobody else’s', async () => {
  const path = join(temporaryFolder(), 'desk.rdp');
  writeFileSync(path, 'an older one that is longer', { mode: 0o644 });
  await writePrivately(path, 'username:s:token');
  expect([(statSync(path).mode & 0o777).toString(8), readFileSync(path, 'utf8')]).toEqual(['600', 'username:s:token']);
  await writePrivately('/dev/null', 'what is no file has no permissions of ours');
});
