import { describe, expect, it } from 'vitest';
import { StrangerLog } from '../../src/gateway/stranger-log.ts';

/** Each client with a wrong token was a line in the log, without end. */
describe('the log about strangers', () => {
  const made = () => {
    const lines: string[] = [];
    const timers: (() => void)[] = [];
    let calledOff = 0;
    const log = new StrangerLog({
      log: (what) => void lines.push(what),
      after(_, f) {
        timers.push(f);
        return () => void calledOff++;
      },
    });
    return { log, lines, timers, calledOff: () => calledOff };
  };
  it('has so many lines a minute, and says how many were left out', () => {
    const { log, lines, timers } = made();
    for (let i = 0; i < 1000; i++) log.line(`stranger ${i}`);
    expect([lines.length, timers.length, lines.at(-1)]).toEqual([20, 1, 'stranger 19']);
    timers[0]?.();
    expect([lines.length, lines.at(-1)]).toEqual([21, '980 more clients were sent away within a minute']);
    log.line('stranger 1000');
    expect([lines.length, lines.at(-1), timers.length]).toEqual([22, 'stranger 1000', 2]);
  });
  it('says nothing of a minute in which all was told, and keeps no timer when it is closed', () => {
    const { log, lines, timers, calledOff } = made();
    log.line('a stranger');
    log.close();
    log.line('a stranger after the end');
    expect([lines, timers.length, calledOff()]).toEqual([['a stranger'], 1, 1]);
  });
});
