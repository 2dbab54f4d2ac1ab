import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Admission, acceptJoin } from '../../src/rdp/accept-join.ts';
import { handedBack } from '../../src/rdp/handed-back.ts';
import { type Joining, type JoinOutcome, join } from '../../src/rdp/join.ts';
import { type DomainPdu, domainFrame } from '../../src/rdp/mcs-domain.ts';
import { rdpFrame } from '../../src/rdp/rdp-frame.ts';
import { tpktFrame } from '../../src/rdp/tpkt.ts';
import { encode } from '../../src/wire/codec.ts';
import { ask, type Conversation, send } from '../../src/wire/conversation.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { property, same } from '../wire/property.ts';
import { against, play } from './play.ts';

const data = {
  kind: 'send-data-request',
  initiator: 1007,
  channelId: 1003,
  priority: 1,
  userData: bytes('4000'),
} as const satisfies DomainPdu;
/** Joins, and says the first word of the next phase. */
function* joinAndSpeak(joining: Joining): Conversation<JoinOutcome> {
  const outcome = yield* join(joining);
  if (outcome.kind === 'joined') yield* send(domainFrame, { ...data, initiator: outcome.userId });
  return outcome;
}
const admission: Admission = { userId: 1007, channels: [1003, 1004, 1005] };
const joining: Joining = { channels: [1003, 1004, 1005], skipChannelJoin: false };

describe('a client and a host', () => {
  it.each([
    ['one by one', false],
    ['all at once', true],
  ])('join every channel, %s', (_, pipelined) => {
    const { client, host } = play(joinAndSpeak({ ...joining, pipelined }), acceptJoin(admission));
    expect(client).toEqual({ kind: 'joined', userId: 1007 });
    expect(host).toEqual({ kind: 'joined', joined: new Set([1007, 1003, 1004, 1005]), next: encode(domainFrame, data) });
  });
  it('do without joins where both can', () => {
    const { client, host } = play(joinAndSpeak({ ...joining, skipChannelJoin: true }), acceptJoin(admission));
    expect(client).toEqual({ kind: 'joined', userId: 1007 });
    expect(host).toMatchObject({ kind: 'joined', joined: new Set() });
  });
  it('do not get on: too many users', () => {
    const { client, host } = play(joinAndSpeak(joining), acceptJoin({ ...admission, attachResult: 13 }));
    expect(client).toMatchObject({ kind: 'refused', result: 13, name: 'rt-too-many-users' });
    expect(host).toEqual({ kind: 'refused' });
  });
  it('do not get on over one channel', () => {
    const refusing: Admission = { ...admission, joinResults: new Map([[1004, 6]]) };
    const talk = acceptJoin(refusing);
    const said = [
      '0300000c 02f080 04 0100 0100',
      '03000008 02f080 28',
      '0300000c 02f080 38 0006 03eb',
      '0300000c 02f080 38 0006 03ec',
      '0300000c 02f080 38 0006 04b0', // 1200: nobody granted that
      '03000009 02f080 21 80',
    ];
    const { value, sent } = against(talk, bytes(said.join('')));
    expect(value).toEqual({ kind: 'disconnected', reason: 3 });
    expect(sent.map(hex)).toEqual([
      '0300000b02f0802e000006',
      '0300000f02f0803e00000603eb03eb',
      '0300000d02f0803cc0000603ec',
      '0300000d02f0803c60000604b0',
    ]);
  });
});
describe('a client meets a host that', () => {
  const attached = '0300000b 02f080 2e 00 0006';
  it('refuses a channel', () => {
    const { value } = against(
      join(joining),
      bytes(`${attached} 0300000f 02f080 3e 00 0006 03ef 03ef 0300000d 02f080 3c c0 0006 03eb`),
    );
    expect(value).toMatchObject({ kind: 'refused', channelId: 1003, result: 6, name: 'rt-not-admitted' });
  });
  it('ends the connection', () => {
    const { value } = against(join(joining), bytes(`${attached} 03000009 02f080 20 80`));
    expect(value).toMatchObject({ kind: 'disconnected', reason: 1, name: 'rn-provider-initiated' });
  });
  it.each([
    ['attaches it without a user id', '03000009 02f080 2c 00', 'the host attached us without a user id'],
    ['makes a channel its user id', '0300000b 02f080 2e 00 0002', 'the host made channel 1003 our user id'],
    [
      'joins before it attaches',
      '0300000f 02f080 3e 00 0006 03ef 03ef',
      'the host sent channel-join-confirm where attach-user-confirm belongs',
    ],
    ['attaches it twice', attached + attached, 'the host sent attach-user-confirm where channel-join-confirm belongs'],
    [
      'confirms another channel',
      `${attached} 0300000f 02f080 3e 00 0006 03eb 03eb`,
      'the host confirmed channel 1003 where 1007 was asked for',
    ],
    ['joins another channel', `${attached} 0300000f 02f080 3e 00 0006 03ef 03eb`, 'the host joined another channel than 1007'],
  ])('%s', (_, said, message) => {
    expect(() => against(join(joining), bytes(said))).toThrow(expect.objectContaining({ code: 'rdp-join', message }));
  });
});
describe('a host meets a client that', () => {
  it.each([
    ['joins before it is attached', '0300000c 02f080 38 0006 03ef', 'a client joined as user 1007'],
    ['joins as somebody else', '03000008 02f080 28 0300000c 02f080 38 0007 03ef', 'a client joined as user 1008'],
    ['attaches itself twice', '03000008 02f080 28'.repeat(2), 'the client attached itself twice'],
    ['speaks before it is attached', hex(encode(domainFrame, data)), 'the client sent send-data-request while it was joining'],
    [
      'never comes to the point',
      `03000008 02f080 28${'0300000c 02f080 38 0006 03ef'.repeat(80)}`,
      'the client sent 70 PDUs and no Client Info',
    ],
  ])('%s', (_, said, message) => {
    expect(() => against(acceptJoin(admission), bytes(said))).toThrow(expect.objectContaining({ code: 'rdp-join', message }));
  });
});
describe('a PDU handed back', () => {
  function* two(): Conversation<readonly string[]> {
    yield* send(domainFrame, { kind: 'attach-user-request' });
    const first = yield* ask<'receive'>({ do: 'receive', frame: tpktFrame(8) });
    const second = yield* ask<'receive'>({ do: 'receive', frame: rdpFrame });
    return [hex(first), hex(second)];
  }
  it('is the first that the next conversation receives', () => {
    const { value, sent } = against(handedBack(bytes('03000008 02f080 28'), two()), bytes('0003aa'));
    expect(value).toEqual(['0300000802f08028', '0003aa']);
    expect(sent.map(hex)).toEqual(['0300000802f08028']);
  });
  it('is refused where its frame does not allow it', () => {
    expect(() => against(handedBack(bytes('03000009 02f080 21 80'), two()), bytes(''))).toThrow('TPKT of 9 octets, not 7 to 8');
  });
  it('lets errors of the driver through', () => {
    const talk = handedBack(bytes('03000008 02f080 28'), two());
    talk.next();
    const closed = new Error('connection closed');
    expect(() => talk.throw(closed)).toThrow(closed);
  });
});
const id = fc.integer({ min: 1001, max: 0xffff });
property(
  'joins end alike on both sides, whatever the ids',
  fc.tuple(fc.uniqueArray(id, { minLength: 2, maxLength: 34 }), fc.boolean(), fc.boolean(), fc.integer({ min: 1, max: 60 })),
  ([ids, pipelined, skipChannelJoin, piece]) => {
    const [userId = 0, ...channels] = ids;
    const { client, host } = play(
      joinAndSpeak({ channels, pipelined, skipChannelJoin }),
      acceptJoin({ userId, channels }),
      piece,
    );
    same(client, { kind: 'joined', userId }, 'client');
    same(host.kind === 'joined' && [...host.joined], skipChannelJoin ? [] : ids, 'host');
  },
);
