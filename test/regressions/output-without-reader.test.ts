import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeRequest, framed, RawConnection } from '../ca/raw-connection.ts';
import { mayfly, newHome, serve } from '../cli/mayfly.ts';

// The line that tells of a refused request met a closed pipe, and EPIPE ended the CA process.
it('a CA process whose output nobody reads any more goes on', async () => {
  const home = newHome();
  const made = ['ca', 'init', '--key', 'p-256', '--domain', 'corp.example', '--passphrase-file', home.passphraseFile];
  expect((await mayfly(home, ...made)).code).toBe(0);
  const serving = await serve(home);
  serving.child.stdout?.destroy();
  serving.child.stderr?.destroy();
  const path = join(home.home, 'ca/default/ca.sock');
  for (let i = 0; i < 3; i++) {
    const connection = await RawConnection.open(path);
    expect(await connection.ask(Uint8Array.of(0x30, 0))).toMatchObject({ tag: 0xa4 });
    expect(await connection.ask(describeRequest)).toMatchObject({ tag: 0xa3 });
    connection.send(framed(new Uint8Array(20_000)));
    await connection.end();
  }
  expect([serving.child.exitCode, serving.child.signalCode]).toEqual([null, null]);
  await serving.stop();
  expect(serving.child.exitCode).toBe(0);
});
