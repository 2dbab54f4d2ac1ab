import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { sha256 } from '../../src/crypto/digest.ts';
import type { CardKey } from '../../src/custody/card-key.ts';
import { LiveCard } from '../../src/custody/live-card.ts';
import { ask, type Conversation } from '../../src/wire/conversation.ts';
import { toHex } from '../../src/wire/hex.ts';
import { fakeHost } from '../../test/rdp/fake-host.ts';
import { hostCertificate } from '../../test/rdp/fake-host-certificate.ts';
import { type Call, calls } from '../../test/rdpdr/windows/calls.ts';
import type { Host } from '../../test/rdpdr/windows/device.ts';
import { WindowsHost } from '../../test/rdpdr/windows/logon.ts';
import { certificateOf } from '../../test/rdpdr/windows/minted-card.ts';
import { OverRdp } from '../../test/rdpdr/windows/over-rdp.ts';
import { OverReader } from '../../test/rdpdr/windows/over-reader.ts';
import { octets, WindowsProcess } from '../../test/rdpdr/windows/process.ts';
import { WatchedClient } from '../../test/rdpdr/windows/watched-client.ts';
import { measure, report } from '../measure.ts';

/** What the card costs over RDP, beside what it costs at hand. */
const SELECT = octets('00a4040009a00000030800001000');
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const certificate = certificateOf(new Uint8Array(pair.publicKey.export({ type: 'spki', format: 'der' })), 1236);
/** Milliseconds that the key took, by which message of ours it was for. */
let atKey = new Map<number, number>();
let playing: OverReader | undefined;
function minted(): LiveCard {
  const key: CardKey = {
    kind: 'rsa-2048',
    publicKey: new Uint8Array(),
    operate: (input) => {
      const began = performance.now();
      const result = new Uint8Array(privateDecrypt({ key: pair.privateKey, padding: constants.RSA_NO_PADDING }, input));
      if (playing) atKey.set(playing.taken, performance.now() - began);
      return Promise.resolve(result);
    },
    destroy: () => Promise.resolve(),
  };
  return new LiveCard({ key, certificate, notAfter: 2_000_000_000, operations: 1e9, destroyed: () => undefined });
}
const pinOf = (card: LiveCard) => Buffer.from(card.pin).toString('latin1');
const wholeRead = octets('00cb3fff0000055c035fc1050000');

/** A host that has got so far that it can use the card; it keeps what it is asked to do short. */
function* ready(host: WindowsHost, pin: string): Host<WindowsProcess> {
  yield* host.logon({ pin, stopsAt: 'readers-listed' });
  const process = yield* WindowsProcess.open(host.device, host.reader, new Map());
  yield* process.connect();
  return process;
}

/** One: the answer to each control code, without a connection. The request is always the same, and made before. */
async function perIoctl(): Promise<void> {
  const card = minted();
  const over = new OverReader(card);
  const host = new WindowsHost();
  const { result: process } = await over.play(ready(host, pinOf(card)));
  const { device } = host;
  const message = (call: Call): Uint8Array => {
    const made = device.request(call).next().value;
    if (typeof made !== 'object' || made.do !== 'send') throw new Error('no request');
    return made.message;
  };
  const name = 'Cached_CardmodFile\\Cached_CMAPFile';
  await over.play(process.writeCache(name, new Uint8Array(86)));
  const asked = [
    ['TRANSMIT of SELECT', calls.transmit(process.handle, SELECT)],
    ['STATUSW', calls.status(process.handle, 32)],
    ['GETSTATUSCHANGEW that does not wait', calls.getStatusChange(process, 0, [{ reader: host.reader.name, current: 0x22 }])],
    ['READCACHEW of 86 octets', calls.readCache(process, name, process.card)],
    ['WRITECACHEW of 1,236 octets', calls.writeCache(process, 'x', process.card, new Uint8Array(1236))],
    ['BEGINTRANSACTION', calls.beginTransaction(process.handle)],
  ] as const;
  const arms = asked.map(([of, call]) => {
    const request = message(call);
    return { name: of, runs: 5000, work: () => over.answered(request) };
  });
  const raw = { name: 'the card alone: SELECT', runs: 5000, work: () => card.transmit(SELECT) };
  const measured = await measure([raw, ...arms]);
  report('one answer, from the message of the host to ours, without a connection', measured);
  const beyond = (measured[1]?.median ?? 0) - (measured[0]?.median ?? 0);
  console.log(`TRANSMIT beyond the card: ${(beyond * 1000).toFixed(1)} us`);
}
/** Two: the whole dialogue of a logon; what is ours of it: the median of each call, so that other work on the machine counts little. */
async function dialogue(): Promise<void> {
  const logons: (readonly number[])[] = [];
  const wall: number[] = [];
  let count = 0;
  for (let i = 0; i < 60; i++) {
    const card = minted();
    const over = new OverReader(card);
    const host = new WindowsHost();
    atKey = new Map();
    playing = over;
    const { result, ours } = await over.play(host.logon({ pin: pinOf(card) }));
    if (result.kind !== 'done') throw new Error(`the logon ended with ${result.kind}`);
    count = Object.values(host.device.made).reduce((all, made) => all + made, 0);
    const own = ours.map((each, at) => each - (atKey.get(at) ?? 0));
    wall.push(sum(own));
    logons.push(own);
  }
  const warm = logons.slice(20);
  const ours = sum((warm[0] ?? []).map((_, at) => medianOf(warm.map((each) => each[at] ?? 0))));
  console.log(`\na logon of ${count} calls: our share beyond three operations of the key`);
  console.log(`each call's median, all together ${ours.toFixed(2)} ms, ${((ours / count) * 1000).toFixed(1)} us a call`);
  console.log(
    `the first logon of a process ${wall[0]?.toFixed(1)} ms, a warm one by the clock ${medianOf(wall.slice(20)).toFixed(2)} ms`,
  );

  console.log(`target 5 ms ${ours < 5 ? 'met' : 'MISSED'}`);
}
const sum = (all: readonly number[]) => all.reduce((total, each) => total + each, 0);
const medianOf = (all: readonly number[]) => all.toSorted((a, b) => a - b)[all.length >> 1] ?? Number.NaN;
/** Three: through TLS on loopback, the client in a process of its own. */
async function overTls(): Promise<void> {
  for (const size of [1840, 500]) {
    const done = Promise.withResolvers<void>();
    const host = await fakeHost(
      hostCertificate,
      {
        *session(guest): Conversation<void> {
          const channel = new OverRdp(guest);
          const windows = new WindowsHost();
          const process = yield* channel.play(ready(windows, channel.pin));
          yield* reads(channel, windows, process, size);
          if (size === 1840) yield* rates(channel, windows, process);
          done.resolve();
          yield* ask<'receive'>({ do: 'receive', frame: () => undefined });
        },
      },
      60_000,
    );
    const client = new WatchedClient(host.port, toHex(sha256(hostCertificate.der)), size);
    try {
      await Promise.race([done.promise, client.said('ended').then(() => Promise.reject(new Error(String(host.failures[0]))))]);
    } finally {
      await client.end();
      await host.end();
    }
  }
  const [long, short] = perOctet;
  if (long && short) {
    const ratio = long.median / long.octets / (short.median / short.octets);
    console.log(
      `\na certificate's octet in ${long.octets} costs ${ratio.toFixed(2)} of one in ${short.octets}: ${ratio <= 1 ? 'met' : 'MISSED'}`,
    );
    console.log(`longest read of all ${long.most.toFixed(1)} ms: no wait of 40 ms ${long.most < 40 ? 'met' : 'MISSED'}`);
  }
}
const perOctet: { readonly octets: number; readonly median: number; readonly most: number }[] = [];

function* rates(channel: OverRdp, { device, reader }: WindowsHost, process: WindowsProcess): Conversation<void> {
  const look = calls.getStatusChange(process, 0, [{ reader: reader.name, current: 0x22 }]);
  const select = calls.transmit(process.handle, SELECT);
  console.log('\nthrough TLS on loopback, two processes');
  for (const [name, call] of [
    ['GETSTATUSCHANGEW', look],
    ['TRANSMIT of SELECT', select],
  ] as const) {
    for (const depth of [1, 32]) {
      const COUNT = 6400;
      const run = function* (count: number): Host<void> {
        for (let i = 0; i < count; i += depth) {
          const open: number[] = [];
          for (let k = 0; k < depth; k++) open.push(yield* device.request(call));
          for (const each of open) yield* device.completion(each);
        }
      };
      yield* channel.play(run(3200));
      const began = performance.now();
      yield* channel.play(run(COUNT));
      const took = performance.now() - began;
      console.log(
        `${name}, ${depth} at once: ${((COUNT / took) * 1000).toFixed(0)} calls/s, ${((took / COUNT) * 1000).toFixed(0)} us each`,
      );
    }
  }
}
function* reads(channel: OverRdp, windows: WindowsHost, process: WindowsProcess, size: number): Conversation<void> {
  const { device } = windows;
  yield* channel.play(process.transmit(SELECT));
  const call = calls.transmit(process.handle, wholeRead, 8192);
  const read = function* (): Host<number> {
    const { output } = yield* device.completion(yield* device.request(call, 8192));
    return output.length;
  };
  const times: number[] = [];
  let length = 0;
  // The client of each size is a process of its own: both have done as much before it counts.
  const WARM = 4000;
  for (let i = 0; i < WARM + 1000; i++) {
    const began = performance.now();
    length = yield* channel.play(read());
    if (WARM <= i) times.push(performance.now() - began);
  }
  const sorted = times.toSorted((a, b) => a - b);
  const [median = 0, most = 0] = [sorted[sorted.length >> 1], sorted.at(-1)];
  perOctet.push({ octets: size, median, most });
  console.log(
    `certificate of ${size} octets whole (${length} of the reply): median ${median.toFixed(3)} ms, longest ${most.toFixed(2)} ms, ${((median / size) * 1e6).toFixed(0)} ns an octet`,
  );
}

await perIoctl();
await dialogue();
if (!process.argv.includes('--x')) await overTls();
