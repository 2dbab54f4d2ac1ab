import fc from 'fast-check';
import { beforeAll, describe, it } from 'vitest';
import { converse } from '../../src/net/converse.ts';
import { RdpTransport } from '../../src/net/rdp-transport.ts';
import { connectionSequence } from '../../src/rdp/connection-sequence.ts';
import type { Answer, Frame } from '../../src/wire/conversation.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { fuzzed, fuzzRuns } from '../fuzz-runs.ts';
import { mutated } from '../wire/property.ts';
import { cardPlan, pinnedHost } from './connected-client.ts';
import { fakeHost } from './fake-host.ts';
import { hostCertificate } from './fake-host-certificate.ts';

/** What a host sent on the way to an active session, PDU by PDU. */
let recorded: readonly Uint8Array[] = [];
beforeAll(async () => {
  const host = await fakeHost(hostCertificate);
  const clock = () => Math.floor(Date.now() / 1000);
  const transport = await RdpTransport.connect({ host: '127.0.0.1', port: host.port, trust: pinnedHost, clock });
  const units: Uint8Array[] = [];
  const { receive } = transport.answers;
  const keeping = async (question: { readonly do: 'receive'; readonly frame: Frame }) => {
    const unit = await receive?.(question);
    if (unit === undefined) throw new Error('nothing received');
    units.push(unit);
    return unit;
  };
  await converse(connectionSequence(cardPlan()), { ...transport.answers, receive: keeping });
  transport.close();
  await host.end();
  recorded = units;
});
const gone = new MayflyError('rdp-closed', 'the recording is over');

/** Plays octets to a client; how many questions it asked until it ended, one way or the other. */
function replayed(units: readonly Uint8Array[]): number {
  let stream = new Uint8Array(Buffer.concat(units));
  const talk = connectionSequence(cardPlan());
  let asked = 0;
  try {
    let turn = talk.next();
    while (!turn.done) {
      asked += 1;
      const question = turn.value;
      let answer: Answer;
      if (question.do === 'receive') {
        const length = stream.length === 0 ? undefined : question.frame(stream);
        if (length === undefined || stream.length < length) {
          turn = talk.throw(gone);
          continue;
        }
        answer = stream.slice(0, length);
        stream = stream.subarray(length);
      } else if (question.do === 'start-tls') answer = hostCertificate.der;
      else if (question.do === 'time') answer = { seconds: asked, microseconds: 0 };
      else answer = undefined;
      turn = talk.next(answer);
    }
  } catch (e) {
    if (!(e instanceof MayflyError)) throw new Error('threw something else', { cause: e });
  }
  return asked;
}

describe('a whole connection, replayed', () => {
  it('is the connection', () => {
    if (replayed(recorded) < recorded.length) throw new Error('it ended early');
  });
  const change = fc.record({
    at: fc.nat(),
    how: fc.constantFrom('mutate', 'mutate', 'mutate', 'drop', 'repeat', 'swap', 'cut'),
    with: fc.nat(),
  });
  it('ends in a value or an error of ours, whatever happened to its octets', () => {
    const damages = fc.tuple(
      fc.array(change, { minLength: 1, maxLength: 4 }),
      mutated(fc.constant(0).map(() => new Uint8Array(Buffer.concat(recorded)))),
    );
    fc.assert(
      fc.property(
        damages,
        fuzzed('replayed host', ([changes, whole]) => {
          let units = [...recorded];
          for (const { at, how, with: other } of changes) {
            const i = at % units.length;
            const unit = units[i] ?? new Uint8Array();
            if (how === 'drop') units.splice(i, 1);
            else if (how === 'repeat') units.splice(i, 0, unit);
            else if (how === 'swap') units = units.with(i, units[other % units.length] ?? unit);
            else if (how === 'cut') units[i] = unit.subarray(0, other % (unit.length + 1));
            else if (unit.length > 0) units[i] = unit.with(other % unit.length, (other >> 8) & 0xff);
            if (units.length === 0) break;
          }
          for (const attempt of [units, [whole]]) if (2000 < replayed(attempt)) throw new Error('it goes on and on');
        }),
      ),
      { numRuns: fuzzRuns },
    );
  });
});
