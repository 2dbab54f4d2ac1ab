import type { Decision, Question } from './question.ts';

export type { Decision, Question } from './question.ts';

/** All rules in force, ready to be asked. */
export interface Rules {
  decide(question: Question): Decision;
}
