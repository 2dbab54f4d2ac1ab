import { createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { toPem } from '../../src/ca/pem.ts';
import { sha256 } from '../../src/crypto/digest.ts';
import { converse } from '../../src/net/converse.ts';
import { type HostTrust, RdpTransport } from '../../src/net/rdp-transport.ts';
import { ask, type Conversation, type Frame, startTls } from '../../src/wire/conversation.ts';
import { DecodeError } from '../../src/wire/cursor.ts';
import { extKeyUsage, keyUsage } from '../../src/x509/extensions.ts';
import { oid } from '../../src/x509/oid.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import {
  caExtensions,
  DAY,
  dNSNames,
  ecKey,
  endEntity,
  type MadeCertificate,
  makeCertificate,
} from '../x509/made-certificate.ts';
import { leavingNothing } from './open-handles.ts';

const today = Math.floor(Date.now() / 1000);
const validity = { notBefore: today - DAY, notAfter: today + DAY };
const ca = makeCertificate({ subject: 'host ca', key: ecKey(), extensions: caExtensions(), ...validity });
const hostCertificate = (usage: string = oid.serverAuth, issuer: MadeCertificate | undefined = ca, ...names: string[]) =>
  makeCertificate({
    subject: 'host',
    key: ecKey(),
    issuer,
    extensions: [endEntity(), keyUsage(0), extKeyUsage([usage]), dNSNames(...(names.length > 0 ? names : ['host1.corp.test']))],
    ...validity,
  });
const own = hostCertificate();

/** Units of a length in one octet. */
const unit: Frame = (have) => {
  const length = have[0] ?? 0;
  if (length === 0xff) throw new DecodeError('length 255', 0);
  return 1 + length;
};
function* receive(): Conversation<string> {
  return hex(yield* ask<'receive'>({ do: 'receive', frame: unit }));
}
function* hello(): Conversation<string[]> {
  yield* ask<'send'>({ do: 'send', bytes: bytes('01 aa') });
  const first = yield* receive();
  const certificate = yield* startTls();
  yield* ask<'send'>({ do: 'send', bytes: bytes('01 bb') });
  return [first, hex(sha256(certificate)), yield* receive(), yield* receive()];
}

let server: Server | undefined;
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  server?.close();
});
async function serving(serve: (socket: Socket) => void): Promise<number> {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket);
  });
  const listening = server;
  await new Promise<void>((resolve) => listening.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const address = listening.address();
  return typeof address === 'object' && address ? address.port : 0;
}
const tlsServer = (made: MadeCertificate) => (socket: Socket) =>
  socket.once('data', () => {
    socket.write(bytes('01 cc'));
    const key = made.key.privateKey.export({ format: 'pem', type: 'pkcs8' });
    const tls = new TLSSocket(socket, { isServer: true, key, cert: toPem('CERTIFICATE', made.der) });
    tls.on('error', () => undefined);
    // Both units in one write, and the second in two.
    tls.once('data', () => {
      tls.write(bytes('01 dd 02 ee'));
      setTimeout(() => tls.write(bytes('ef')), 20);
    });
  });
const pinned = (made: MadeCertificate): HostTrust => ({ kind: 'pinned', fingerprints: [hex(sha256(made.der))] });
const open = (port: number, trust: HostTrust, patience = 500) =>
  RdpTransport.connect({ host: '127.0.0.1', port, trust, patience, clock: () => today });
async function talked<T>(
  talk: Conversation<T>,
  serve: (socket: Socket) => void,
  trust: HostTrust = { kind: 'unproven' },
): Promise<T> {
  const transport = await open(await serving(serve), trust);
  try {
    return await converse(talk, transport.answers);
  } finally {
    transport.close();
  }
}

describe('a connection to an RDP host', () => {
  const said = ['01cc', hex(sha256(own.der)), '01dd', '02eeef'];
  it('goes over to TLS with a host whose certificate is pinned, and leaves nothing open', async () => {
    await leavingNothing(async () => {
      expect(await talked(hello(), tlsServer(own), pinned(own))).toEqual(said);
      for (const socket of sockets) socket.destroy();
      server?.close();
    });
  });
  it.each(['host1.corp.test', 'HOST1.corp.test'])('or whose certificate is verified for %s', async (name) => {
    expect(await talked(hello(), tlsServer(own), { kind: 'verified', anchors: [ca.der], names: [name] })).toEqual(said);
    const remote = hostCertificate(oid.remoteDesktopAuthentication);
    expect((await talked(hello(), tlsServer(remote), { kind: 'verified', anchors: [ca.der], names: [name] }))[0]).toBe('01cc');
  });
  it('shows the certificate of a host that nobody has proven, where that is asked for', async () => {
    expect(await talked(hello(), tlsServer(own))).toEqual(said);
  });
  it.each<[string, HostTrust, boolean]>([
    ['a pin', pinned(own), true],
    ['a CA and a name', { kind: 'verified', anchors: [ca.der], names: ['host1.corp.test'] }, true],
    ['nothing', { kind: 'unproven' }, false],
  ])('knows whether the host is proven, by %s, and not before TLS', async (_, trust, isProven) => {
    const transport = await open(await serving(tlsServer(own)), trust);
    const before = transport.isProven;
    await converse(hello(), transport.answers);
    expect([before, transport.isProven]).toEqual([false, isProven]);
    transport.close();
  });
  const stranger = makeCertificate({ subject: 'host ca', key: ecKey(), extensions: caExtensions(), ...validity });
  it.each<[string, MadeCertificate, HostTrust, string]>([
    ['another pin', own, pinned(hostCertificate()), 'is not the pinned one'],
    ['no pin', own, { kind: 'pinned', fingerprints: [] }, 'is not the pinned one'],
    [
      'another name',
      own,
      { kind: 'verified', anchors: [ca.der], names: ['host2.corp.test'] },
      'is for host1.corp.test, not for host2',
    ],
    [
      'another CA',
      hostCertificate(oid.serverAuth, stranger),
      { kind: 'verified', anchors: [ca.der], names: ['host1.corp.test'] },
      'is refused',
    ],
    [
      'another purpose',
      hostCertificate(oid.clientAuth),
      { kind: 'verified', anchors: [ca.der], names: ['host1.corp.test'] },
      'is refused',
    ],
    [
      'no CA at all',
      hostCertificate(oid.serverAuth, undefined),
      { kind: 'verified', anchors: [], names: ['host1.corp.test'] },
      'is refused',
    ],
  ])('fails over a certificate of %s, before anything is sent under it', async (_, made, trust, message) => {
    await expect(talked(hello(), tlsServer(made), trust)).rejects.toMatchObject({
      code: 'rdp-certificate',
      message: expect.stringContaining(message) as unknown,
    });
  });
  it.each<[string, (socket: Socket) => void, string]>([
    ['says nothing', () => undefined, 'rdp-timeout'],
    ['hangs up', (socket) => void socket.end(), 'rdp-closed'],
    ['resets', (socket) => void setTimeout(() => socket.resetAndDestroy(), 20), 'rdp-closed'],
    ['stops within a unit', (socket) => void socket.write(bytes('09 01')), 'rdp-timeout'],
    ['hangs up within a unit', (socket) => void socket.end(bytes('09 01')), 'rdp-closed'],
    ['sends what is no unit', (socket) => void socket.write(bytes('ff')), 'decode'],
    ['sends octets ahead of TLS', (socket) => void socket.write(bytes('01 cc 16 03 01')), 'rdp-early'],
    [
      'speaks no TLS',
      (socket) =>
        void socket.once('data', () => socket.write(bytes('01 cc'), () => socket.on('data', () => socket.write('nonsense')))),
      'rdp-tls',
    ],
    [
      'hangs up over TLS',
      (socket) => void socket.once('data', () => socket.write(bytes('01 cc'), () => socket.on('data', () => socket.destroy()))),
      'rdp-tls',
    ],
    ['stalls TLS', (socket) => void socket.write(bytes('01 cc')), 'rdp-timeout'],
  ])('fails by name when the host %s', async (_, serve, code) => {
    await expect(talked(hello(), serve)).rejects.toMatchObject({ code });
  });
  it('fails by name when nobody listens', async () => {
    const port = await serving(() => undefined);
    await new Promise((resolve) => server?.close(resolve));
    await expect(open(port, { kind: 'unproven' })).rejects.toMatchObject({ code: 'rdp-unreachable' });
  });
  it('is held up by a host that does not read, and not for ever', async () => {
    function* flood(): Conversation<void> {
      for (;;) yield* ask<'send'>({ do: 'send', bytes: new Uint8Array(1 << 20) });
    }
    await expect(talked(flood(), (socket) => void socket.pause())).rejects.toMatchObject({ code: 'rdp-timeout' });
  });
  it('holds a host up that sends more than anybody asked for', async () => {
    let written = 0;
    const flood = (socket: Socket) => {
      const more = () => {
        while (socket.write(new Uint8Array(1 << 16).fill(1))) written += 1 << 16;
      };
      socket.on('drain', more);
      more();
    };
    const transport = await open(await serving(flood), { kind: 'unproven' });
    // What the buffers of both hold, and no more.
    for (let before = -1; before !== written; ) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(written).toBeGreaterThan(0);
    expect(await converse(receive(), transport.answers)).toBe('0101');
    transport.close();
  });
});
