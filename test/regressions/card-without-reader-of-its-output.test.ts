import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { entry, mayfly, newHome, serve } from '../cli/mayfly.ts';

// Whoever had read the PIN and left (`| head -2`) took the card along: the next line met a closed pipe, and EPIPE ended the process
// with a stack trace, in the middle of a logon.
it('a card whose output nobody reads any more stays until its end', async () => {
  const home = newHome();
  const made = ['ca', 'init', '--lab', '--key', 'p-256', '--domain', 'lab.mayfly.test', '--passphrase-file', home.passphraseFile];
  expect((await mayfly(home, ...made)).code).toBe(0);
  const serving = await serve(home);
  const who = ['--upn', 'alice@lab.mayfly.test', '--sid', 'S-1-5-21-1-2-3-1105'];
  const card = spawn(process.execPath, [entry, 'card', 'attach', '--vpcd', '127.0.0.1:1', ...who], {
    env: { ...process.env, MAYFLY_HOME: home.home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for await (const chunk of card.stdout as AsyncIterable<Buffer>) {
    said += chunk.toString();
    if (said.includes('PIN: ')) break;
  }
  card.stderr.destroy();
  await sleep(1500);
  expect([card.exitCode, card.signalCode]).toEqual([null, null]);
  card.kill('SIGTERM');
  await once(card, 'exit');
  // No card reader had it.
  expect([card.exitCode, card.signalCode]).toEqual([1, null]);
  await serving.stop();
});
