import type { ConnectInitial } from '../rdp/mcs-connect.ts';
import { type ClientState, farewell } from './farewell.ts';
import type { FrontIds } from './front-settings.ts';
import type { GatewayEnd } from './gateway-end.ts';
import type { GatewayGuest, GatewayPorts } from './gateway-ports.ts';
import { toldEnd } from './told-end.ts';

export interface SendAwayPorts {
  readonly gateway: Pick<GatewayPorts, 'after' | 'elapsed' | 'shown'>;
  readonly guest: GatewayGuest;
  readonly client: { readonly initial: ConnectInitial; readonly ids: FrontIds };
  /** Where it is; `undefined`: nobody could paint anything for it. */
  readonly state: ClientState | undefined;
  readonly end: GatewayEnd;
  /** What to ask for when one asks about it. */
  readonly reference?: string | undefined;
  /** Nobody is waited for any longer. */
  readonly hurry: Promise<unknown>;
}
/** Milliseconds that a client has to read why it is sent away. */
const LINGER = 2000;
/** Milliseconds in which whoever was typing has not seen that there is something to read. */
const STARTLED = 1500;

const sentenceCase = (clause: string) => `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;

/** Tells a client why it is sent away: on its screen for a while or until somebody presses a key, then as errors are told; and closes it. */
export async function sendAway({ gateway, guest, client, state, end, reference, hurry }: SendAwayPorts): Promise<void> {
  const { after, elapsed, shown } = gateway;
  let shareId = state?.shareId ?? 0;
  if (state) {
    const seen = Promise.withResolvers<unknown>();
    const callOff = after(shown, () => seen.resolve(undefined));
    let readableAt = Number.POSITIVE_INFINITY;
    const talk = farewell({
      ...{ ...client, state },
      paragraphs: [sentenceCase(end.sentence), '', ...(reference === undefined ? [] : [reference]), 'Press a key to close this.'],
      isPainted(painted) {
        shareId = painted;
        readableAt = elapsed() + STARTLED;
      },
      mayClose: () => readableAt <= elapsed(),
    });
    guest.converse(talk, shown).then(seen.resolve, seen.resolve);
    await Promise.race([seen.promise, hurry]);
    callOff();
  }
  await guest.leave(toldEnd(end, client.initial, client.ids, shareId), LINGER);
}
