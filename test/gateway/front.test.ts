import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { pinAsPassword } from '../../src/rdp/client-info.ts';
import { connectionConfirm, connectionRequest } from '../../src/rdp/negotiation.ts';
import { securityProtocol } from '../../src/rdp/negotiation-code.ts';
import { clientInfoOfCard } from '../../src/rdp/offered-client-info.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { cardPlan, client } from '../rdp/connected-client.ts';
import { endAll, type GatewayAtHand, gatewayAtHand } from './at-hand.ts';

afterEach(endAll);
const { ssl, hybrid } = securityProtocol;
const planOf = (userName: string, routingToken?: string) =>
  cardPlan({
    clientInfo: () => clientInfoOfCard({ userName, password: pinAsPassword(new Uint8Array(1)) }),
    offer: { negotiation: { flags: 0, protocols: ssl }, ...(routingToken === undefined ? {} : { routingToken }) },
  });
/** What a client sees that names itself so; `stage` is how far it came. */
async function answer(at: GatewayAtHand, userName: string, routingToken?: string) {
  try {
    const { outcome, transport } = await client(at.port, planOf(userName, routingToken));
    transport.close();
    return outcome.kind === 'ended' ? [outcome.stage, outcome.name] : outcome.kind;
  } catch (e) {
    return [(e as { stage?: string }).stage, e instanceof MayflyError && e.code];
  }
}
/** All that comes back for these octets, until the connection is closed. */
function said(port: number, ...octets: readonly Uint8Array[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const all: Buffer[] = [];
    const socket = connect({ host: '127.0.0.1', port }, () => {
      for (const each of octets) socket.write(each);
    });
    socket.on('data', (chunk: Buffer) => all.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(all)));
  });
}
const asked = (flags: number, protocols: number, more: { routingToken?: string } = {}) =>
  encode(connectionRequest, { destination: 0, source: 0, classOption: 0, ...more, negotiation: { flags, protocols } });

describe('the front of the gateway', () => {
  it('gives a wrong, a used and an expired token the same answer, and nothing behind exists', async () => {
    let late = 0;
    const at = await gatewayAtHand({ ports: { elapsed: () => performance.now() + late, shown: 60_000 } });
    const expired = at.launch().token;
    late = 61_000;
    const answers = [await answer(at, expired)];
    const used = at.launch().token;
    at.tokens.redeem(used);
    for (const token of [used, `${used}0`, 'alice', '']) answers.push(await answer(at, token));
    // Each has a desktop on which it reads why.
    expect(answers).toEqual(answers.map(() => 'active'));
    expect([at.dialled, at.session.cards.length, at.entries]).toEqual([0, 0, []]);
    expect([...at.gateway.counts.refused]).toEqual([['token-refused', 5]]);
  });
  it('takes the handle of a launch as routing token, and no other', async () => {
    const at = await gatewayAtHand();
    const { handle, token } = at.launch();
    await expect(answer(at, token, 'f'.repeat(32))).resolves.toEqual(['negotiation', 'SSL_REQUIRED_BY_SERVER']);
    await expect(answer(at, token, handle)).resolves.toBe('active');
  });
  it.each([
    ['Restricted Admin', 1, ssl, 4],
    ['Remote Credential Guard', 2, ssl | hybrid, 4],
    ['CredSSP alone', 0, hybrid, 1],
    ['standard RDP security', 0, 0, 1],
  ])('refuses a client that insists on %s', async (_, flags, protocols, code) => {
    const at = await gatewayAtHand();
    const confirm = decode(connectionConfirm, new Uint8Array(await said(at.port, asked(flags, protocols))));
    expect(confirm.answer).toMatchObject({ kind: 'failure', code });
  });
  it.each([
    ['rubbish', Uint8Array.from({ length: 300 }, (_, i) => i)],
    ['HTTP', new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n')],
    ['a TPKT that is too long', Uint8Array.of(3, 0, 0xff, 0xff, 6, 0xe0)],
  ])('closes over %s, without a word', async (_, octets) => {
    const at = await gatewayAtHand();
    await expect(said(at.port, octets)).resolves.toHaveLength(0);
  });
  it('closes a client that says nothing, before TLS and in it, and gives its place back', async () => {
    const at = await gatewayAtHand({ listener: { patience: 1000, deadline: 1500 } });
    await expect(said(at.port)).resolves.toHaveLength(0);
    expect((await said(at.port, asked(0, ssl))).length).toBe(19);
    const plain = connect({ host: '127.0.0.1', port: at.port });
    plain.write(asked(0, ssl));
    await new Promise((resolve) => plain.once('data', resolve));
    const tls = connectTls({ socket: plain, rejectUnauthorized: false });
    await new Promise((resolve) => tls.on('error', () => undefined).once('close', resolve));
    expect(at.gateway.counts.halfOpen).toBe(0);
  });
  it('answers an address no more that comes too often, before anything is read', async () => {
    const at = await gatewayAtHand({ halfOpen: { perAddressPerMinute: 2 } });
    const refused = asked(1, ssl);
    const lengths = [];
    for (let i = 0; i < 4; i++) lengths.push((await said(at.port, refused)).length);
    expect(lengths).toEqual([19, 19, 0, 0]);
    expect([...at.gateway.counts.refused]).toEqual([
      ['restricted-admin', 2],
      ['too-often', 2],
    ]);
  });
  it('holds no more strangers than it is told, of one address and in all', async () => {
    const at = await gatewayAtHand({ halfOpen: { perAddress: 3, inAll: 16 } });
    const sockets = Array.from({ length: 20 }, () => connect({ host: '127.0.0.1', port: at.port }).on('error', () => undefined));
    const closed = Promise.all(sockets.slice(3).map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    await closed;
    expect(at.gateway.counts.halfOpen).toBe(3);
    for (const socket of sockets) socket.destroy();
  });
});
