import type { Answer, AnswerTo, AskOf, Conversation, Kind } from '../wire/conversation.ts';
import { MayflyError } from '../wire/mayfly-error.ts';

/** Who answers which question; a conversation that asks another has the wrong driver. */
export type Answers = { readonly [K in Kind]?: (question: AskOf<K>) => AnswerTo<K> | Promise<AnswerTo<K>> };

/**
 * Holds a conversation to its end. What an answer throws is thrown into the conversation at its question, so that `finally` clauses
 * in it run; a driver that stops (`signal`) ends the conversation in the same way.
 */
export async function converse<T>(talk: Conversation<T>, answers: Answers, signal?: AbortSignal): Promise<T> {
  let turn = talk.next();
  while (!turn.done) {
    let answer: Answer;
    try {
      signal?.throwIfAborted();
      answer = await answerTo(turn.value, answers);
    } catch (e) {
      turn = talk.throw(e);
      continue;
    }
    turn = talk.next(answer);
  }
  return turn.value;
}
function answerTo<K extends Kind>(question: AskOf<K>, answers: Answers): Promise<AnswerTo<K>> | AnswerTo<K> {
  const answer = answers[question.do as K];
  if (!answer) throw new MayflyError('conversation-unanswered', `nobody here answers "${question.do}"`);
  return answer(question);
}
