import { Duplex, PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import type { PduReader } from '../../src/gateway/pdu-stream.ts';
import { Relay } from '../../src/gateway/relay.ts';

// A client that asks and never reads had its answers kept in memory, as many as it asked for.
it('leaves whoever is told more than it reads', () => {
  const deaf = new Duplex({ read: () => undefined, write: () => undefined });
  const reader: PduReader = { verdict: () => 'drop', pass: () => undefined, take: () => undefined };
  const held = new Uint8Array();
  const ended: unknown[] = [];
  const relay = new Relay({
    ...{ client: { stream: deaf, held }, host: { stream: new PassThrough(), held }, fromClient: reader, fromHost: reader },
    ended: (side, cause) => void ended.push([side, cause]),
  });
  relay.begin();
  const answer = new Uint8Array(0x1_0000);
  for (let i = 0; i < 64; i++) relay.toClient(answer);
  expect(ended).toEqual([]);
  for (let i = 0; i < 64; i++) relay.toClient(answer);
  expect(ended).toEqual([['client', expect.objectContaining({ code: 'relay-unread' })]]);
  expect(deaf.writableLength).toBeLessThan(0x42_0000);
});
