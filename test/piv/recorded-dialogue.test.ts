import { describe, expect, it } from 'vitest';
import { kinit } from '../vectors/piv/kinit.ts';
import * as opensc from '../vectors/piv/opensc.ts';
import { pkcs11Test } from '../vectors/piv/pkcs11-test.ts';
import { windowsLogon } from '../vectors/piv/windows.ts';
import * as yubico from '../vectors/piv/yubico-piv-tool.ts';
import { replay } from './recorded-dialogue.ts';

const { signatureKey, ellipticSign, ...rsa } = opensc;

describe('what real clients said to another card, said to ours', () => {
  it.each([...Object.values(rsa), ...Object.values(yubico), kinit])('$client: the same answers', async (dialogue) => {
    expect(await replay(dialogue)).toEqual([]);
  });
  it('Windows: the same answers', async () => {
    expect(await replay(windowsLogon, { certificate: new Uint8Array(1236 - 13) })).toEqual([]);
  });
  it('P-256: the same answers', async () => {
    const contents = { algorithm: 'p-256', certificate: new Uint8Array(704), operate: async () => new Uint8Array(71) };
    expect(await replay(ellipticSign, contents)).toEqual([]);
  });
  it('pkcs11-tool --test: random numbers, which it did not get there', async () => {
    expect(await replay(pkcs11Test)).toEqual([{ line: '00 87 00 9b 04 7c02810000 > 6a88', got: '12 9000' }]);
  });
  it('pkcs11-tool --test makes 18 operations: the usual ceiling ends it, and nothing else changes', async () => {
    const differences = await replay(pkcs11Test, { ceiling: 12 });
    expect(new Set(differences.map(({ got }) => got))).toEqual(new Set(['12 9000', '6f00', '6985']));
    expect(differences.filter(({ got }) => got === '6f00').length).toBe(6);
  });
  it('a card with one key has no certificate and no signature for key 9C', async () => {
    const differences = await replay(signatureKey);
    // Its certificate filled the key history too: what GET RESPONSE gave there belongs to that.
    const refused = differences
      .filter(({ got }) => got === '6a82' || got === '6a88')
      .map(({ line, got }) => [line.slice(0, 25), got]);
    expect(refused).toEqual([
      ['00 cb 3f ff 05 5c035fc10a', '6a82'],
      ['00 cb 3f ff 05 5c035fc10a', '6a82'],
      ['00 87 07 9c 0b 16bbda5255', '6a88'],
    ]);
  });
});
