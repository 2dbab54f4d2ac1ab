import { type Mock, vi } from 'vitest';
import type { CardKey } from '../../src/custody/card-key.ts';
import { type DestructionCause, LiveCard } from '../../src/custody/live-card.ts';
import { block, certificate, generalAuthenticate, select, turnedOver } from '../piv/card-in-hand.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';

/** A live card whose key is a stand-in: `operate` and `destroy` do what a test says. */
export interface CardWithStandIn {
  readonly card: LiveCard;
  readonly operate: Mock<CardKey['operate']>;
  readonly destroy: Mock<CardKey['destroy']>;
  readonly destroyed: Mock<(cause: DestructionCause, ms: number) => void>;
  /** Status words. */
  readonly send: (...apdus: readonly string[]) => Promise<string[]>;
  readonly sign: () => Promise<string | undefined>;
  readonly verifyPin: () => Promise<string | undefined>;
}
export function cardWithStandIn(operations?: number): CardWithStandIn {
  const operate = vi.fn<CardKey['operate']>(async (input) => turnedOver(input));
  const destroy = vi.fn<CardKey['destroy']>(async () => undefined);
  const destroyed = vi.fn<(cause: DestructionCause, ms: number) => void>();
  const key: CardKey = { kind: 'rsa-2048', publicKey: new Uint8Array(), operate, destroy };
  const card = new LiveCard({ key, certificate, notAfter: Date.UTC(2031, 4, 6) / 1000, operations, destroyed });
  const pin = hex(card.pin);
  const send = async (...apdus: readonly string[]) => {
    const all: string[] = [];
    for (const apdu of apdus) all.push(hex((await card.transmit(bytes(apdu))).slice(-2)));
    return all;
  };
  const sign = async () => (await send(...generalAuthenticate(block()))).at(-1);
  const verifyPin = async () => (await send(select, `00 20 00 80 08 ${pin}`)).at(-1);
  return { card, operate, destroy, destroyed, send, sign, verifyPin };
}
