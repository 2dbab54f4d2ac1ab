import { afterEach, describe, expect, it } from 'vitest';
import { framed, kerberosFrame, unframed } from '../../src/kerberos/tcp-framing.ts';
import { addressText, kdcAddress } from '../../src/net/kdc-address.ts';
import { tcpExchange } from '../../src/net/kdc-transport.ts';
import { DecodeError } from '../../src/wire/cursor.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { leavingNothing } from './open-handles.ts';
import { replying, type Script, type ScriptedKdc, scriptedKdc } from './scripted-kdc.ts';

const patient = { connect: 30_000, exchange: 30_000 };
const impatient = { connect: 30_000, exchange: 300 };
const request = bytes('6a 01 02');
let kdc: ScriptedKdc | undefined;
afterEach(async () => {
  await kdc?.end();
});
/** The exchange with a KDC of that script; nothing of it is left open. */
async function exchanged(script: Script, limits = patient, signal?: AbortSignal): Promise<Uint8Array> {
  const running = await scriptedKdc(script);
  kdc = running;
  let reply: Uint8Array | undefined;
  let failure: unknown;
  await leavingNothing(async () => {
    reply = await tcpExchange(running, request, { limits, signal }).catch((e: unknown) => {
      failure = e;
      return undefined;
    });
    await running.end();
  });
  if (!reply) throw failure;
  return reply;
}

describe('an exchange with a KDC over TCP', () => {
  it('sends one request and takes one reply, in however many pieces', async () => {
    expect(hex(await exchanged(replying(bytes('7e 00'))))).toBe('7e00');
    expect(kdc?.requests.map(hex)).toEqual(['6a0102']);
    const piecewise: Script = (socket) => {
      const octets = framed(new Uint8Array(3000).fill(7));
      socket.write(octets.subarray(0, 2));
      setTimeout(() => socket.write(octets.subarray(2, 5)), 20);
      setTimeout(() => socket.end(octets.subarray(5)), 40);
    };
    expect((await exchanged(piecewise)).length).toBe(3000);
  });
  it.each<[string, Script, string]>([
    ['says nothing', () => undefined, 'kdc-timeout'],
    [
      'drips',
      (socket) => {
        const drip = setInterval(() => socket.write('\0'), 150);
        socket.on('close', () => clearInterval(drip));
      },
      'kdc-timeout',
    ],
    [
      'drips after its length',
      (socket) => {
        socket.write(bytes('00 00 10 00'));
        const drip = setInterval(() => socket.write('x'), 20);
        socket.on('close', () => clearInterval(drip));
      },
      'kdc-timeout',
    ],
    ['hangs up', (socket) => void socket.end(), 'kdc-dropped'],
    ['resets the connection', (socket) => void socket.resetAndDestroy(), 'kdc-dropped'],
    ['hangs up within its reply', (socket) => void socket.end(bytes('00 00 00 05 7e')), 'kdc-unreachable'],
    ['announces 4 GiB', (socket) => void socket.write(bytes('ff ff ff ff 7e')), 'kdc-oversize'],
    ['announces 64 KiB', (socket) => void socket.write(bytes('00 01 00 00')), 'kdc-oversize'],
    ['announces nothing', (socket) => void socket.write(bytes('00 00 00 00')), 'kdc-oversize'],
    ['says more than its reply', (socket) => void socket.write(bytes('00 00 00 01 7e 7e')), 'kdc-reply'],
    ['answers in HTTP', (socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'), 'kdc-oversize'],
  ])('fails by name when the KDC %s', async (_, script, code) => {
    await expect(exchanged(script, code === 'kdc-timeout' ? impatient : patient)).rejects.toMatchObject({ code });
  });
  it('fails by name when nobody listens', async () => {
    const gone = await scriptedKdc(() => undefined);
    await gone.end();
    await expect(tcpExchange(gone, request, { limits: patient })).rejects.toMatchObject({ code: 'kdc-unreachable' });
  });
  it('ends when it is told to', async () => {
    const stop = new AbortController();
    await expect(exchanged(() => stop.abort(new Error('stopped')), patient, stop.signal)).rejects.toThrow('stopped');
    await expect(exchanged(() => undefined, patient, AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
  });
});

describe('the framing of TCP', () => {
  it('is undone as it was done', () => {
    expect(hex(framed(request))).toBe('000000036a0102');
    expect(hex(unframed(framed(request)))).toBe('6a0102');
    expect([kerberosFrame(bytes('00 00 00')), kerberosFrame(bytes('0000 ffff'))]).toEqual([undefined, 0x1_0003]);
    for (const wrong of ['00 00 00 02 6a', '00 00 00 01 6a 6b', '00 00', '80 00 00 01 6a'])
      expect(() => unframed(bytes(wrong))).toThrow(DecodeError);
  });
});

describe('the address of a KDC', () => {
  it.each([
    ['dc1.corp.example', 'dc1.corp.example:88'],
    ['dc1:750', 'dc1:750'],
    ['192.0.2.1', '192.0.2.1:88'],
    ['[2001:db8::1]:89', '[2001:db8::1]:89'],
    ['https://proxy.example/KdcProxy', 'https://proxy.example/KdcProxy'],
  ])('%s', (text, shown) => {
    expect(addressText(kdcAddress(text))).toBe(shown);
  });
  it.each([
    '',
    'a b',
    'dc1:0',
    'dc1:65536',
    'dc1:x',
    '-dc',
    'http://proxy/',
    'https://u:p@proxy/',
    'https://',
    '[::1',
    'dc..1',
    'a/b',
  ])('is not %j', (text) => {
    expect(() => kdcAddress(text)).toThrow('is not the address of a KDC');
  });
});
