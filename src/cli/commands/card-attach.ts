import { MayflyError } from '../../wire/mayfly-error.ts';
import type { LabCardOptions } from './lab-card.ts';
import type { SessionCardOptions } from './session-card.ts';

type AttachOptions = SessionCardOptions & Omit<LabCardOptions, 'upn' | 'sid'> & { readonly upn?: string; readonly sid?: string };

/** `mayfly card attach`: the card of a session, or one straight from a lab CA. */
export async function cardAttach(options: AttachOptions): Promise<number> {
  const [session] = options.args;
  const { upn, sid } = options;
  if (session !== undefined) {
    const own = upn ?? sid ?? options.account ?? options.operations;
    if (own !== undefined)
      throw new MayflyError('card-attach', 'a session has settled whose card it is and how often it may be used', {
        next: 'leave out --upn, --sid, --account and --operations',
      });
    return (await import('./session-card.ts')).sessionCard(options, session);
  }
  if (upn === undefined || sid === undefined)
    throw new MayflyError('card-attach', 'nothing says whose card to attach', {
      next: 'name a session (`mayfly session request` asks for one), or --upn and --sid with a lab CA',
    });
  return (await import('./lab-card.ts')).labCard({ ...options, upn, sid });
}
