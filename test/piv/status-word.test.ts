import { describe, expect, it } from 'vitest';
import { PivClient } from '../../src/piv/piv-client.ts';
import { statusText, statusWord } from '../../src/piv/status-word.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';

describe('a status word in words', () => {
  it('says what it means, and how many tries are left', () => {
    expect(statusText(0x63c1)).toBe('63c1, the PIN is wrong, 1 try left');
    expect(statusText(0x63c0)).toBe('63c0, the PIN is wrong, 0 tries left');
    expect(statusText(0x6983)).toBe('6983, the PIN is blocked');
    expect(statusText(0x0000)).toBe('0000, an unknown status word');
  });
  it('is known for all that a card says', () => {
    const refusals = Object.values(statusWord).filter(
      (status) => status !== statusWord.success && status !== statusWord.moreData,
    );
    for (const status of refusals) expect(statusText(status)).not.toContain('unknown');
  });
});

describe('what a host says to a card', () => {
  /** A card that only listens. */
  function listening(answer: string) {
    const heard: Uint8Array[] = [];
    const client = new PivClient(async (apdu) => {
      heard.push(apdu);
      return bytes(answer);
    });
    return { heard, client };
  }
  it('pads a PIN with FF and wipes what it sent', async () => {
    const seen: string[] = [];
    const client = new PivClient(async (apdu) => {
      seen.push(hex(apdu));
      return bytes('9000');
    });
    await client.verifyPin(bytes('313233343536'));
    await client.verifyPin(bytes('3132333435363738'));
    expect(seen).toEqual(['0020008008313233343536ffff', '00200080083132333435363738']);
    const { heard, client: wiped } = listening('9000');
    await wiped.verifyPin(bytes('313233343536'));
    const { heard: refusedHeard, client: refused } = listening('63c2');
    await expect(refused.verifyPin(bytes('313233343536'))).rejects.toMatchObject({ code: 'card-refused' });
    expect([...heard, ...refusedHeard].map(hex)).toEqual(['00'.repeat(13), '00'.repeat(13)]);
  });
  it('sends no PIN that is none', async () => {
    const { heard, client } = listening('9000');
    for (const pin of ['3132333435', '313233343536373839', ''])
      await expect(client.verifyPin(bytes(pin))).rejects.toMatchObject({ code: 'card-pin' });
    expect(heard).toEqual([]);
  });
  it.each([
    ['61 00', 'card-object'],
    ['', 'card-refused'],
    ['6a82', 'card-refused'],
  ])('fails by name when the card answers %j for ever', async (answer, code) => {
    await expect(listening(answer).client.select()).rejects.toMatchObject({ code });
  });
});
