import { describe, expect, it } from 'vitest';
import { watchedCard } from '../../src/rdpdr/card-use.ts';
import { LogonProgress } from '../../src/rdpdr/logon-progress.ts';
import type { LogonStage } from '../../src/rdpdr/stalled-logon.ts';
import { type LogonPlan, type Stop, stops, WindowsHost } from './windows/logon.ts';
import { mintedCard } from './windows/minted-card.ts';
import { OverReader } from './windows/over-reader.ts';

function atHand(cardHandle?: 'with-context' | 'without-context', operations?: number) {
  const minted = mintedCard(operations === undefined ? {} : { operations });
  const progress = new LogonProgress(0);
  const card = watchedCard(minted.card, (use) => progress.card(use, 0));
  const over = new OverReader(card, cardHandle, (event) => progress.redirection(event, 0));
  return { ...minted, over, progress, host: new WindowsHost() };
}
const refused = (over: OverReader) => over.events.filter(({ kind }) => kind === 'request-refused' || kind === 'message-ignored');

describe('a Windows host', () => {
  const forms: readonly (readonly ['with-context' | 'without-context', Omit<LogonPlan, 'pin'>])[] = [
    ['with-context', {}],
    ['without-context', { hash: 'sha256', confirmFirst: true }],
  ];
  it.each(forms)('logs on with the card, handles %s', async (cardHandle, plan) => {
    const { over, host, pin, card } = atHand(cardHandle);
    const { result, sent, received } = await over.play(host.logon({ pin, ...plan }));
    expect(result).toEqual({ kind: 'done' });
    expect([card.operations, over.waiting.length]).toEqual([3, 0]);
    expect(refused(over)).toEqual([]);
    expect(over.reader.held).toMatchObject({ contexts: 3, cards: 1, waits: 1 });
    // The calls of a real logon, of which there were 287.
    const made = Object.values(host.device.made).reduce((all, count) => all + count, 0);
    expect(made).toBeGreaterThan(250);
    expect([sent, received]).toEqual([made + 4, made + 3]);
    expect(host.device.made).toMatchObject({ accessStartedEvent: 1, getReaderIcon: 1 });
  });
  it('finds the same reader and card after the logon, with a certificate and without a key', async () => {
    const { over, host, pin, card, destroyed } = atHand();
    await over.play(host.logon({ pin }));
    await card.destroy('authenticated');
    const { result } = await over.play(host.again());
    expect(result).toBe('6f00');
    expect(destroyed).toEqual(['authenticated']);
    expect(over.events.filter(({ kind }) => kind === 'announced')).toHaveLength(2);
    expect(over.reader.held).toMatchObject({ contexts: 2, cards: 1, waits: 1 });
  });
  it('may log on once more with what it remembers', async () => {
    const { over, host, pin } = atHand();
    await over.play(host.logon({ pin }));
    expect((await over.play(host.logon({ pin }))).result).toEqual({ kind: 'done' });
  });
});

describe('a Windows host that goes no further', () => {
  const stages: Readonly<Record<Stop, LogonStage>> = {
    handshake: 'channel-silent',
    announced: 'no-card-call',
    'device-refused': 'device-refused',
    'readers-listed': 'reader-seen',
    connected: 'card-opened',
    enumerated: 'certificate-read',
    verified: 'pin-verified',
    used: 'key-used',
  };
  it.each(stops)('at %s', async (stopsAt) => {
    const { over, host, pin, progress } = atHand();
    expect((await over.play(host.logon({ pin, stopsAt }))).result).toEqual({ kind: 'stopped', at: stopsAt });
    expect(progress.reached.stage).toBe(stages[stopsAt]);
  });
  it('since the PIN was another', async () => {
    const { over, host, pin, progress } = atHand();
    const { result } = await over.play(host.logon({ pin: pin === '00000000' ? '11111111' : '00000000' }));
    expect(result).toEqual({ kind: 'pin', status: '63c2' });
    expect(progress.reached.stage).toBe('pin-refused');
  });
  it('since the key was at its end', async () => {
    const { over, host, pin, progress, destroyed } = atHand(undefined, 2);
    await expect(over.play(host.logon({ pin }))).rejects.toThrow('an operation answered 6f00');
    expect(destroyed).toEqual(['operations']);
    expect(progress.reached.stage).toBe('key-refused');
  });
});
