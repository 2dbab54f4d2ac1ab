import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { connectionRequest } from '../../src/rdp/negotiation.ts';
import { securityProtocol } from '../../src/rdp/negotiation-code.ts';
import { encode } from '../../src/wire/codec.ts';
import { endAll, type GatewayAtHand, gatewayAtHand } from '../gateway/at-hand.ts';

afterEach(endAll);
const MINUTE = 60_000;
const patient = { listener: { patience: MINUTE, deadline: MINUTE } };

/** A stranger that has come through TLS. */
async function stranger(at: GatewayAtHand, maxVersion: 'TLSv1.2' | 'TLSv1.3'): Promise<{ plain: Socket; tls: TLSSocket }> {
  const plain = connect({ host: '127.0.0.1', port: at.port }).on('error', () => undefined);
  const negotiation = { flags: 0, protocols: securityProtocol.ssl };
  plain.write(encode(connectionRequest, { destination: 0, source: 0, classOption: 0, negotiation }));
  await new Promise((resolve) => plain.once('data', resolve));
  const tls = connectTls({ socket: plain, rejectUnauthorized: false, maxVersion }).on('error', () => undefined);
  await new Promise((resolve) => tls.once('secureConnect', resolve));
  return { plain, tls };
}
/** Until the gateway has no place taken: it was done with the stranger long before its time was over. */
async function placesFree(at: GatewayAtHand): Promise<number> {
  const began = performance.now();
  while (at.gateway.counts.halfOpen > 0 && performance.now() - began < MINUTE / 2)
    await new Promise((resolve) => setTimeout(resolve, 5));
  return at.gateway.counts.halfOpen;
}

describe('TLS of strangers', () => {
  // A stranger that was let in once had TLS 1.2 begin anew as often as it liked: Node's limit is that of a `tls.Server`.
  it('is begun once for each connection', async () => {
    const at = await gatewayAtHand(patient);
    const { tls } = await stranger(at, 'TLSv1.2');
    const closed = new Promise((resolve) => tls.once('close', resolve));
    let isAnew = false;
    tls.renegotiate({}, (e) => {
      isAnew = !e;
    });
    await closed;
    expect([isAnew, await placesFree(at)]).toEqual([false, 0]);
  });
  // What was no TLS any more left the connection open, and a session with it, until somebody missed its input.
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('that breaks is the end of the connection (%s)', async (version) => {
    const at = await gatewayAtHand(patient);
    const { plain } = await stranger(at, version);
    plain.write(Uint8Array.from([0x17, 3, 3, 0, 32, ...Array.from({ length: 32 }, () => 0x11)]));
    expect(await placesFree(at)).toBe(0);
  });
});
