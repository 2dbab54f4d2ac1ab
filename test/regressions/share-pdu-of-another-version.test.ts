import { afterEach, expect, it } from 'vitest';
import { pinAsPassword } from '../../src/rdp/client-info.ts';
import { clientInfoOfCard } from '../../src/rdp/offered-client-info.ts';
import { indication, request } from '../../src/rdp/session-ids.ts';
import { ask } from '../../src/wire/conversation.ts';
import { endAll, gatewayAtHand } from '../gateway/at-hand.ts';
import { cardPlan, client } from '../rdp/connected-client.ts';
import { untilItLeaves } from '../rdp/fake-host.ts';
import { bytes } from '../wire/annotated-hex.ts';

afterEach(endAll);
/** Indicators of the keyboard, if one looks at four bits of the type; the version is 2. */
const disguised = bytes('1600 2700 ea03 ea030100 00 01 0000 29 00 0000 00000000');

// Whoever looks at all of a type and whoever looks at its lowest bits disagreed about what such a PDU is.
it.each(['host', 'client'] as const)('ends with a %s that sends share PDUs of another version in the session', async (side) => {
  const at = await gatewayAtHand({
    script: {
      session: function* ({ ids }) {
        if (side === 'host') yield* ask<'send'>({ do: 'send', bytes: indication(ids.ioChannelId, disguised) });
        yield* untilItLeaves(ids);
      },
    },
  });
  const clientInfo = () => clientInfoOfCard({ userName: at.launch().token, password: pinAsPassword(new Uint8Array(1)) });
  const { outcome, transport } = await client(at.port, cardPlan({ clientInfo }));
  if (outcome.kind !== 'active') throw new Error(outcome.sentence);
  if (side === 'client') await transport.stream.send(request(outcome.ids, outcome.ids.ioChannelId, disguised));
  const { cause, sentence } = await at.entry('gateway-ended');
  expect(cause).toBe(`${side}-malformed`);
  expect(sentence).toMatch(/version 2/);
  transport.close();
});
