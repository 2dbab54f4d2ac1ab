import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Home, mayfly, newHome } from '../cli/mayfly.ts';

const home: Home = newHome();
// Commands on a CA took one named "default", also where the service issues with another.
it('a command that names no CA takes the one that the service issues with', async () => {
  const config = join(home.beside, 'mayfly.yaml');
  writeFileSync(config, 'service:\n  ca: corp\n');
  const told = async (...more: readonly string[]) => (await mayfly(home, 'ca', 'show', '--config', config, ...more)).stderr;
  expect(await told()).toContain('there is no CA named "corp"');
  expect(await told('--ca', 'other')).toContain('there is no CA named "other"');
});
