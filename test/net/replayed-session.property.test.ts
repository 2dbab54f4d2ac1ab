import fc from 'fast-check';
import { describe, it } from 'vitest';
import { CardSession } from '../../src/net/card-session.ts';
import { channelChunks } from '../../src/rdp/channels.ts';
import { offeredCapabilities } from '../../src/rdp/offered-capabilities.ts';
import { indication } from '../../src/rdp/session-ids.ts';
import { SessionReader } from '../../src/rdp/session-reader.ts';
import { pduType2 } from '../../src/rdp/share-data.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { cardWithStandIn } from '../custody/card-with-stand-in.ts';
import { fuzzed, fuzzRuns } from '../fuzz-runs.ts';
import { screen } from '../rdp/connected-client.ts';
import { data, demand, demandPdu, ids, message, RDPDR } from '../rdp/server-says.ts';
import { countedOctets, HandClock } from '../rdpdr/reader-at-hand.ts';
import * as info from '../vectors/rdp/save-session-info.ts';
import * as vector from '../vectors/rdp/session-pdus.ts';
import * as xrdp from '../vectors/rdpdr/xrdp.ts';
import * as opensc from '../vectors/rdpdr/xrdp-opensc.ts';
import { bytes } from '../wire/annotated-hex.ts';
import { mutated } from '../wire/property.ts';

/** What a host says in a session with a card, PDU by PDU. */
const said: readonly Uint8Array[] = [
  ...[...xrdp.handshake, ...xrdp.exchanges].flatMap(({ request }) => onChannel(request)),
  message(`0010 0000 ${vector.rttMeasureRequest}`),
  demandPdu,
  data(pduType2.saveSessionInfo, info.logonLong),
  ...[...xrdp.handshake, ...opensc.exchanges].flatMap(({ request }) => onChannel(request)),
  data(pduType2.setErrorInfo, vector.setErrorInfo),
];
function onChannel(text: string): Uint8Array[] {
  return channelChunks(bytes(text)).map((userData) => indication(RDPDR, userData));
}
/** The session with a host that says this and is gone; it has ended when this resolves. */
async function played(units: readonly Uint8Array[]): Promise<string> {
  const left = [...units];
  const { card, destroyed } = cardWithStandIn();
  const clock = new HandClock();
  const drawn = [...xrdp.drawn, ...opensc.drawn];
  const others = countedOctets();
  let written = 0;
  const session = new CardSession({
    connected: {
      kind: 'active',
      selected: { kind: 'selected', protocol: 1, flags: 0, certificate: new Uint8Array() },
      agreed: { ioChannelId: ids.ioChannelId, channels: [{ name: 'rdpdr', channelId: RDPDR }], skipChannelJoin: false },
      ids,
      session: { shareId: demand.shareId, serverSource: 1002, demand, chunkLength: 1600 },
      events: [],
      reader: new SessionReader(ids),
    },
    transport: {
      isProven: true,
      close: () => left.splice(0),
      stream: {
        async receive() {
          // What a PDU has brought about comes about before the next: key operations end in a later turn.
          await new Promise((resolve) => setImmediate(resolve));
          const unit = left.shift();
          if (unit === undefined) throw new MayflyError('rdp-closed', 'the recording is over');
          return unit;
        },
        async send(octets) {
          written += octets.length;
        },
      },
    },
    card,
    notAfter: 60_000,
    computerName: 'mayfly',
    cardHandle: 'without-context',
    capabilities: () => offeredCapabilities(screen),
    random: (length) => (length === 4 ? bytes(drawn.shift() ?? '00000009') : others(length)),
    after: clock.after,
    elapsed: () => 0,
  });
  const { kind } = await session.ended;
  await session.logon;
  if (destroyed.mock.calls.length !== 1) throw new Error(`the key was destroyed ${destroyed.mock.calls.length} times`);
  if (clock.running > 0) throw new Error(`${clock.running} timers still run`);
  if (0x2_0000 < written) throw new Error(`${written} octets written`);
  return kind;
}

describe('a whole session, replayed', () => {
  it('is the session', async () => {
    const kind = await played(said);
    if (kind !== 'refused') throw new Error(`it ended otherwise: ${kind}`);
  });
  const change = fc.record({
    at: fc.nat(),
    how: fc.constantFrom('mutate', 'mutate', 'mutate', 'drop', 'repeat', 'swap', 'cut'),
    with: fc.nat(),
  });
  const damages = fc.tuple(
    fc.array(change, { minLength: 1, maxLength: 4 }),
    fc.array(mutated(fc.constantFrom(...said)), { maxLength: 3 }),
  );
  it('ends by name with the key gone, whatever happened to its octets', async () => {
    await fc.assert(
      fc.asyncProperty(
        damages,
        fuzzed('replayed session', async ([changes, others]) => {
          let units = [...said];
          for (const { at, how, with: other } of changes) {
            if (units.length === 0) break;
            const i = at % units.length;
            const unit = units[i] ?? new Uint8Array();
            if (how === 'drop') units.splice(i, 1);
            else if (how === 'repeat') units.splice(i, 0, unit);
            else if (how === 'swap') units = units.with(i, units[other % units.length] ?? unit);
            else if (how === 'cut') units[i] = unit.subarray(0, other % (unit.length + 1));
            else if (unit.length > 0) units[i] = unit.with(other % unit.length, (other >> 8) & 0xff);
          }
          await played([...units.slice(0, 20), ...others, ...units.slice(20)]);
        }),
      ),
      { numRuns: Math.ceil(fuzzRuns / 4) },
    );
  });
});
