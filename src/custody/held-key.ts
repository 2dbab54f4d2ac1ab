import { MayflyError } from '../wire/mayfly-error.ts';
import { modulusOf } from '../x509/public-key.ts';
import type { CardKey } from './card-key.ts';
import type { IsolateKeyKind } from './isolate-messages.ts';
import type { IsolateThread } from './isolate-thread.ts';
import { isRsaBlock } from './rsa-block.ts';

/** A key as custody knows it, from when it is made until it is destroyed. */
export interface HeldKey {
  readonly kind: IsolateKeyKind;
  readonly isolate: IsolateThread;
  /** Its name in the isolate. */
  readonly name: number;
  readonly publicKey: Uint8Array;
  /** Milliseconds, monotonic. */
  readonly madeAt: number;
}

/** @param destroyed called once, when the owner asks for destruction */
export function cardKeyOf(held: HeldKey, destroyed: () => void): CardKey {
  const { kind, isolate, name, publicKey } = held;
  const modulus = modulusOf(publicKey);
  let destruction: Promise<void> | undefined;
  return {
    kind,
    publicKey,
    operate: async (input) => {
      if (destruction) throw new MayflyError('key-destroyed', "the card's key is destroyed");
      if (!isRsaBlock(input, modulus)) {
        throw new MayflyError('key-input', `an ${kind} key takes a block of ${modulus.length} octets that is below its modulus`);
      }
      return isolate.operate(name, input);
    },
    destroy: () => {
      if (!destruction) {
        destruction = isolate.destroy(name);
        destroyed();
      }
      return destruction;
    },
  };
}
