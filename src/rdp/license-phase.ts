import type { Conversation } from '../wire/conversation.ts';
import { type AwaitedEvents, failureIn, type PhaseFailure } from './awaited-events.ts';
import { judgeLicense, type LicenseMessage } from './license.ts';
import { refusal } from './session-refusal.ts';

export type LicenseOutcome =
  | { readonly kind: 'licensed' }
  /** The message that began the long exchange: whoever can hold it goes on from here. */
  | { readonly kind: 'exchange'; readonly message: LicenseMessage; readonly sentence: string }
  | PhaseFailure;

/**
 * Waits for the server's word on licences, [MS-RDPBCGR] 1.3.1.1 (Licensing). A server that goes on without one has none to demand.
 */
export function* license(events: AwaitedEvents): Conversation<LicenseOutcome> {
  for (;;) {
    const event = yield* events.next();
    const failure = failureIn(event);
    if (failure) return failure;
    if (event.kind === 'license') {
      const verdict = judgeLicense(event.message);
      if (verdict.kind === 'valid-client') return { kind: 'licensed' };
      if (verdict.kind === 'exchange') return { kind: 'exchange', message: event.message, sentence: verdict.sentence };
      return { kind: 'refused', refusal: refusal('license-error', verdict.sentence, verdict.name) };
    }
    if (event.kind === 'demand-active') {
      events.putBack(event);
      return { kind: 'licensed' };
    }
  }
}
