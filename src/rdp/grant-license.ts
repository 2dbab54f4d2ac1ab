import { ask, type Conversation } from '../wire/conversation.ts';
import { validClient } from './license.ts';
import { indication, type SessionIds } from './session-ids.ts';

/** Tells the client that no licence is needed. */
export function* grantLicense({ ioChannelId }: SessionIds): Conversation<void> {
  yield* ask<'send'>({ do: 'send', bytes: indication(ioChannelId, validClient()) });
}
