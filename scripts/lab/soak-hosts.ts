import { createHash, X509Certificate } from 'node:crypto';
import type { Conversation } from '../../src/wire/conversation.ts';
import { fakeHost, type Guest, untilItLeaves } from '../../test/rdp/fake-host.ts';
import { hostCertificate } from '../../test/rdp/fake-host-certificate.ts';
import { WindowsHost } from '../../test/rdpdr/windows/logon.ts';
import { OverRdp, saysLoggedOn } from '../../test/rdpdr/windows/over-rdp.ts';
import type { HostLine } from './soak-host-lines.ts';

/** Windows hosts made from the specifications, in a process of their own: what one says of itself is a line of standard output. */
const PATIENCE = 600_000;
/** What hosts do with their guests, in turn: log them on, keep them waiting with a key in use, log on somebody else, look at no card, leave. */
const TURNS = ['alice', 'patient', 'alice', 'mallory', 'alice', 'idle', 'alice', 'patient', 'alice', 'leaves'] as const;
const say = (line: HostLine) => void process.stdout.write(`${JSON.stringify(line)}\n`);
const modulusOf = (certificate: Uint8Array) =>
  Buffer.from(new X509Certificate(certificate).publicKey.export({ format: 'jwk' }).n ?? '', 'base64url').toString('hex');
let guests = 0;

function* session(guest: Guest): Conversation<void> {
  const number = guests++;
  const turn = TURNS[number % TURNS.length];
  if (turn === 'leaves') return;
  if (turn === 'idle') {
    yield* untilItLeaves(guest.ids);
    return;
  }
  const channel = new OverRdp(guest);
  const windows = new WindowsHost();
  yield* channel.play(windows.logon({ pin: channel.pin }));
  if (turn !== 'patient') {
    yield* saysLoggedOn({ domain: 'LAB', userName: turn ?? '', sessionId: 2 });
    yield* untilItLeaves(guest.ids);
    return;
  }
  say({ said: 'uses', guest: number, modulus: modulusOf(windows.certificate) });
  try {
    yield* untilItLeaves(guest.ids);
  } finally {
    say({ said: 'left', guest: number });
  }
}
const { port } = await fakeHost(hostCertificate, { session }, PATIENCE);
say({ said: 'listens', port, fingerprint: createHash('sha256').update(hostCertificate.der).digest('hex') });
