import type { Answer, Conversation } from '../wire/conversation.ts';
import { DecodeError } from '../wire/cursor.ts';

/**
 * `talk`, whose first question for a PDU is answered with one that was received before it began: a conversation that ends where
 * another begins has read the other's first PDU. @throws DecodeError into `talk` where its frame does not allow that PDU
 */
export function* handedBack<T>(pdu: Uint8Array, talk: Conversation<T>): Conversation<T> {
  let left: Uint8Array | undefined = pdu;
  let turn = talk.next();
  while (!turn.done) {
    const question = turn.value;
    let answer: Answer;
    try {
      if (question.do === 'receive' && left !== undefined) {
        if (question.frame(left) !== left.length) throw new DecodeError('a PDU of another kind was received', 0);
        answer = left;
        left = undefined;
      } else answer = yield question;
    } catch (e) {
      turn = talk.throw(e);
      continue;
    }
    turn = talk.next(answer);
  }
  return turn.value;
}
