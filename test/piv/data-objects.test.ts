import { describe, expect, it } from 'vitest';
import { answerToReset } from '../../src/piv/piv-card.ts';
import * as vector from '../vectors/piv/data-objects.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { cardInHand, certificate, getData, select } from './card-in-hand.ts';

/** What Windows calls the container of key 9A; it makes the name itself, so that the card has no part in it but the GUID. */
function containerName(guid: Uint8Array): string {
  const [a, b, c] = [guid.slice(0, 4), guid.slice(4, 6), guid.slice(6, 8)].map((field) => hex(field.reverse()));
  return `${a}-${b}-${c}-${hex(guid.slice(8, 10))}-${hex(guid.slice(10, 13))}5fc105`;
}

describe('data objects, octet for octet', () => {
  it.each([
    ['CHUID', '5fc102', vector.cardHolderUniqueIdentifier],
    ['CCC', '5fc107', vector.cardCapabilityContainer],
    ['discovery', '7e', vector.discoveryObject],
  ])('%s', async (_, tag, expected) => {
    const { send } = cardInHand({ guid: bytes(vector.guid) });
    await send(select);
    expect(hex((await send(getData(tag))).data)).toBe(hex(bytes(expected)));
  });
  it('X.509 certificate for PIV authentication', async () => {
    const { send } = cardInHand();
    await send(select);
    const { data } = await send('00 cb 3f ff 00 0005 5c035fc105 0000');
    const parts = [bytes(vector.certificateHeader), certificate, bytes(vector.certificateTrailer)];
    expect(hex(data)).toBe(hex(Buffer.concat(parts)));
  });
  it.each(vector.containerNames)('Windows derives the container $name', ({ guid, name }) => {
    expect(containerName(bytes(guid))).toBe(name);
  });
});
describe('the answer to reset', () => {
  it('is Mayfly’s, octet for octet', () => expect(hex(answerToReset)).toBe(hex(bytes(vector.answerToReset))));
  it('has a TCK that is right: all octets from T0 on give zero', () => {
    expect(answerToReset.subarray(1).reduce((sum, octet) => sum ^ octet, 0)).toBe(0);
  });
  it('is short enough for Windows and nobody else’s', () => {
    expect(answerToReset.length).toBeLessThanOrEqual(32);
    for (const other of vector.othersAnswersToReset) expect(hex(answerToReset)).not.toBe(hex(bytes(other)));
  });
});
