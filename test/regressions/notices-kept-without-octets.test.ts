import { expect, it } from 'vitest';
import { AwaitedEvents } from '../../src/rdp/awaited-events.ts';
import { license } from '../../src/rdp/license-phase.ts';
import { SessionReader } from '../../src/rdp/session-reader.ts';
import { pduType2 } from '../../src/rdp/share-data.ts';
import { told } from '../rdp/between-two.ts';
import { data, ids } from '../rdp/server-says.ts';

// Channel data was measured, and what else a host says before the session was not: a thousand notices of 16 kB were kept.
it('keeps one megabyte of what a host says before the session is active', () => {
  const notice = Buffer.concat([Buffer.of(2, 0, 0, 0), Buffer.alloc(15_000)]);
  const said = Array.from({ length: 100 }, () => data(pduType2.saveSessionInfo, new Uint8Array(notice)));
  const { outcome } = told(license(new AwaitedEvents(new SessionReader(ids))), ...said);
  expect(outcome).toMatchObject({ kind: 'refused', refusal: { code: 'too-much' } });
});
