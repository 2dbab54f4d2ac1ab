import { beforeAll, expect, it } from 'vitest';
import { madeCa } from '../ca/made-ca.ts';
import { crlRequest, framed } from '../ca/raw-connection.ts';
import { type ServedCa, servedCa } from '../ca/served-ca.ts';

let ca: ServedCa;
beforeAll(async () => {
  ca = await servedCa(await madeCa());
});

/** 1 MiB of zeros is 262,144 messages of no length: each was answered, for half a minute, by the place it held. */
it('hangs up on who sends messages without a meaning, and still serves who lost the thread once', async () => {
  const flood = await ca.connect();
  flood.send(Buffer.alloc(1 << 20));
  await flood.end();
  const other = await ca.connect();
  expect(await other.ask(new Uint8Array())).toMatchObject({ tag: 0xa4 });
  other.send(framed(crlRequest(false)));
  expect((await other.reply())?.tag).not.toBe(0xa4);
  other.close();
});
