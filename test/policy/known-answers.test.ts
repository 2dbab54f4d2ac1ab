import type { AuthorizationAnswer } from '@cedar-policy/cedar-wasm/nodejs';
import { describe, expect, it } from 'vitest';
import { withKnownAnswers } from '../../src/policy/known-answers.ts';
import { type Request, requestOf } from '../../src/policy/request.ts';
import { account, permit, person, question, rulesOf } from './question.ts';

const success: AuthorizationAnswer = {
  type: 'success',
  response: { decision: 'allow', diagnostics: { reason: [], errors: [] } },
  warnings: [],
};
function request(given = {}): Request {
  const made = requestOf(question(given));
  if (!made) throw new Error('no request');
  return made;
}
/** The engine, and how often it was asked. */
function counted(answer: AuthorizationAnswer = success): {
  readonly asked: number;
  readonly ask: (request: Request) => AuthorizationAnswer;
} {
  const engine: { asked: number; readonly ask: (request: Request) => AuthorizationAnswer } = {
    asked: 0,
    ask: withKnownAnswers((): AuthorizationAnswer => {
      engine.asked++;
      return { ...answer };
    }),
  };
  return engine;
}

describe('known answers', () => {
  it('asks the engine once for one request, and again for every other', () => {
    const engine = counted();
    expect(engine.ask(request())).toBe(engine.ask(request()));
    for (const other of [{ time: 1_900_000_001 }, { network: '192.0.2.2' }, { reason: 'x' }, { ownAccount: false }])
      engine.ask(request(other));
    expect(engine.asked).toBe(5);
  });
  it('keeps no failure, and nothing that throws', () => {
    const engine = counted({ type: 'failure', errors: [], warnings: [] });
    engine.ask(request());
    engine.ask(request());
    expect(engine.asked).toBe(2);
    const broken = withKnownAnswers(() => {
      throw new Error('unreachable executed');
    });
    for (let i = 0; i < 2; i++) expect(() => broken(request())).toThrow('unreachable executed');
  });
  it('is bounded: in number, the oldest goes first, and in length', () => {
    const engine = counted();
    for (let i = 0; i <= 1024; i++) engine.ask(request({ time: 1_900_000_000 + i }));
    engine.ask(request({ time: 1_900_001_024 }));
    expect(engine.asked).toBe(1025);
    engine.ask(request({ time: 1_900_000_000 }));
    expect(engine.asked).toBe(1026);
    const long = request({ reason: 'x'.repeat(4000) });
    engine.ask(long);
    engine.ask(long);
    expect(engine.asked).toBe(1028);
  });
  it('changes nothing for whoever is asked about: what the directory says now decides', () => {
    const rules = rulesOf(
      permit('r', 'context.account in AccountGroup::"ops" && context.hour < 12 && principal in Group::"staff"'),
    );
    const morning = 1_900_000_000 - (1_900_000_000 % 86_400);
    const effect = (asked: ReturnType<typeof question>) => rules.decide(asked).effect;
    for (let i = 0; i < 2; i++) {
      expect(effect({ ...account({ groups: ['Ops'] }), time: morning })).toBe('allow');
      expect(effect({ ...account({ groups: [] }), time: morning })).toBe('deny');
      expect(effect({ ...account({ groups: ['Ops'] }), time: morning + 43_200 })).toBe('deny');
      expect(effect({ ...person({ groups: [] }), account: account({ groups: ['Ops'] }).account, time: morning })).toBe('deny');
    }
  });
});
