import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ed25519Signer, ed25519Verifier } from '../../src/crypto/ed25519.ts';
import { type Checkpoint, checkpointText, readCheckpoint } from '../../src/journal/checkpoint.ts';
import { fuzzed, fuzzRuns } from '../fuzz-runs.ts';
import { madeKey } from './made-journal.ts';

const { signer, verifier } = madeKey();
const checkpoint: Checkpoint = { journal: 'j1', sequence: 42, hash: new Uint8Array(32).fill(0xab), at: 1_790_000_000 };
const line = checkpointText(checkpoint, signer);
const forged = { ok: false, fault: 'forged' };
const malformed = { ok: false, fault: 'malformed' };

describe('a checkpoint', () => {
  it('is one line of JSON in canonical order, signed', () => {
    const fields = `"at":1790000000,"hash":"${'ab'.repeat(32)}","journal":"j1","sequence":42`;
    expect(line).toMatch(new RegExp(`^\\{${fields},"signature":"[0-9a-f]{128}"\\}$`));
  });
  it('comes back', () => {
    expect(readCheckpoint(line, verifier)).toEqual({ ok: true, checkpoint });
  });
  it.each([
    ['another number', line.replace('42', '43'), forged],
    ['another hash', line.replace('abab', 'abac'), forged],
    ['another time', line.replace('1790000000', '1790000001'), forged],
    ['the name of another journal', line.replace('j1', 'j2'), forged],
    ['another signature', line.replace(/[0-9a-f]"\}$/, (end) => (end.startsWith('0') ? '1"}' : '0"}')), forged],
    ['a signature cut short', line.replace(/..("\})$/, '$1'), malformed],
    ['another spelling', line.replace(':42', ':42.0'), malformed],
    ['a name given twice', line.replace('"at"', '"at":1,"at"'), malformed],
    ['white space', `${line} `, malformed],
    ['a field more', line.replace('}', ',"x":1}'), malformed],
    ['half of it', line.slice(0, 100), malformed],
    ['nothing', '', malformed],
    ['null', 'null', malformed],
    ['nesting without end', '['.repeat(100_000), malformed],
  ])('with %s is none', (_, text, reading) => {
    expect(readCheckpoint(text, verifier)).toEqual(reading);
  });
  it('of another key is forged', () => {
    expect(readCheckpoint(checkpointText(checkpoint, madeKey().signer), verifier)).toEqual(forged);
  });
  it.each([
    { ...checkpoint, hash: new Uint8Array(31) },
    { ...checkpoint, sequence: 1.5 },
    { ...checkpoint, at: Number.NaN },
    { ...checkpoint, journal: 'two words' },
    { ...checkpoint, journal: '' },
  ])('is not made of %j', (odd) => {
    expect(() => checkpointText(odd, signer)).toThrow(expect.objectContaining({ code: 'journal-checkpoint' }));
  });
  it('is what was signed or none, whatever the line', () => {
    const mutant = fc.tuple(fc.nat({ max: line.length - 1 }), fc.string({ maxLength: 3 }), fc.nat({ max: 2 }));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          mutant.map(([i, text, cut]) => line.slice(0, i) + text + line.slice(i + cut)),
        ),
        fuzzed('checkpoint line', (text) => {
          expect(readCheckpoint(text, verifier).ok).toBe(text === line);
        }),
      ),
      { numRuns: fuzzRuns },
    );
  });
});

const other = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
describe('a key for checkpoints', () => {
  it.each([
    ['no PEM', 'nonsense', 'nonsense', 'the key cannot be read'],
    ['another kind of key', other.publicKey, other.privateKey, 'the key is not of Ed25519'],
  ])('is not made of %s', (_, publicKey, privateKey, message) => {
    const refusal = expect.objectContaining({ code: 'ed25519-key', message }) as Error;
    expect(() => ed25519Verifier(publicKey)).toThrow(refusal);
    expect(() => ed25519Signer(privateKey)).toThrow(refusal);
  });
  it('names the same public key on both sides', () => {
    expect(verifier.publicKey).toEqual(signer.publicKey);
  });
});
