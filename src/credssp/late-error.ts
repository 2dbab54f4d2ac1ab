import { decode } from '../wire/codec.ts';
import type { Answer, Conversation } from '../wire/conversation.ts';
import { type NlaRefusal, refusedWithStatus } from './nla-refusal.ts';
import { SEQUENCE, statusOf, tsRequest, tsRequestFrame } from './ts-request.ts';
import { violation } from './ts-request-channel.ts';

/**
 * `talk`, which begins where CredSSP has ended without early authorization: a host that does not take the credentials has no other place
 * to say so than in front of its first answer.
 */
export function* heedingLateError<T>(talk: Conversation<T>): Conversation<T | NlaRefusal> {
  let isFirst = true;
  let turn = talk.next();
  while (!turn.done) {
    const question = turn.value;
    let answer: Answer;
    try {
      if (question.do === 'receive' && isFirst) {
        isFirst = false;
        const { frame } = question;
        const unit: Answer = yield {
          do: 'receive',
          frame: (have) => (have[0] === SEQUENCE ? tsRequestFrame(have) : frame(have)),
        };
        if (unit instanceof Uint8Array && unit[0] === SEQUENCE) {
          const { errorCode } = decode(tsRequest, unit);
          if (!errorCode) throw violation('the host goes on with what has ended');
          return refusedWithStatus('credentials', statusOf(errorCode));
        }
        answer = unit;
      } else answer = yield question;
    } catch (e) {
      turn = talk.throw(e);
      continue;
    }
    turn = talk.next(answer);
  }
  return turn.value;
}
