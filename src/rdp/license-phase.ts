import { ask, type Conversation } from '../wire/conversation.ts';
import { type AwaitedEvents, failureIn, type PhaseFailure } from './awaited-events.ts';
import { judgeLicense, type LicenseMessage, noLicense } from './license.ts';
import { request } from './session-ids.ts';
import { refusal } from './session-refusal.ts';

export type LicenseOutcome =
  | { readonly kind: 'licensed' }
  /** The message that began the long exchange, without which this host lets nobody in. */
  | { readonly kind: 'exchange'; readonly message: LicenseMessage; readonly sentence: string }
  | PhaseFailure;

/**
 * Waits for the server's word on licences, [MS-RDPBCGR] 1.3.1.1 (Licensing). One that goes on without it demands none. One that begins
 * the long exchange is told that there is no licence: xrdp, and a host that does not insist, then go on.
 */
export function* license(events: AwaitedEvents): Conversation<LicenseOutcome> {
  let demanded: LicenseOutcome | undefined;
  for (;;) {
    const event = yield* events.next();
    if (event.kind === 'license') {
      const verdict = judgeLicense(event.message);
      if (verdict.kind === 'valid-client') return { kind: 'licensed' };
      if (verdict.kind === 'error') return { kind: 'refused', refusal: refusal('license-error', verdict.sentence, verdict.name) };
      if (demanded) return demanded;
      demanded = { kind: 'exchange', message: event.message, sentence: verdict.sentence };
      const { ids } = events.reader;
      yield* ask<'send'>({ do: 'send', bytes: request(ids, ids.ioChannelId, noLicense()) });
    } else if (event.kind === 'demand-active') {
      events.putBack(event);
      return { kind: 'licensed' };
    } else {
      // The end of the connection says less than what came before it.
      const failure = event.kind === 'disconnect' && demanded ? demanded : failureIn(event);
      if (failure) return failure;
    }
  }
}
