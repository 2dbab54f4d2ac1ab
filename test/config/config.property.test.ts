import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { configCheck } from '../../src/cli/commands/config-check.ts';
import { readJson } from '../../src/config/json-document.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { parseConfig } from '../../src/config/read-document.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { fuzzRuns } from '../fuzz-runs.ts';
import { configFolder, examined, written } from './config-folder.ts';

const folder = configFolder();
/** Each of these touches the disk. */
const runs = Math.ceil(fuzzRuns / 10);

/** Shaped like a configuration, wrong anywhere. */
const anything = fc.jsonValue({ maxDepth: 3 });
const near = fc.record(
  {
    home: anything,
    forests: fc.array(fc.record({ name: fc.oneof(fc.domain(), anything) })),
    domains: fc.oneof(
      anything,
      fc.array(fc.record({ name: fc.oneof(fc.domain(), anything), upnSuffixes: anything }, { requiredKeys: [] })),
    ),
    cas: fc.oneof(
      anything,
      fc.array(fc.record({ name: anything, passphrase: anything, refusedSids: anything }, { requiredKeys: [] })),
    ),
  },
  { requiredKeys: [] },
);

describe('any document', () => {
  it('has a configuration or faults, in JSON and in YAML alike', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(anything, near), async (value) => {
        const text = JSON.stringify(value);
        const json = await examined(folder, text, 'any.json');
        const yaml = await examined(folder, text, 'any.yaml');
        expect(json.config === undefined).toBe(json.faults.length > 0);
        expect(yaml.config === undefined).toBe(yaml.faults.length > 0);
        if (json.config) expect(yaml.faults).toEqual([]);
      }),
      { numRuns: runs },
    );
  });
  it('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.nat(4), (text, indent) => {
        const spaced = JSON.stringify(JSON.parse(text), null, indent);
        expect(readJson(spaced)).toMatchObject({ faults: [] });
        expect(readJson(spaced).value).toEqual(JSON.parse(spaced));
      }),
      { numRuns: fuzzRuns },
    );
  });
  it('is refused where JSON.parse refuses it', () => {
    const token = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '1',
      '-',
      '0',
      '.5',
      'e1',
      'true',
      'null',
      ' ',
      '\\',
      'x',
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 8 }), (tokens) => {
        const text = tokens.join('');
        const { faults } = readJson(text);
        let ok = true;
        try {
          JSON.parse(text);
        } catch {
          ok = false;
        }
        expect(faults.every(({ message }) => message === 'this key is given twice')).toBe(ok);
      }),
      { numRuns: fuzzRuns },
    );
  });
  it('of any octets ends in faults or values, never in another error', async () => {
    const scrap = fc.constantFrom(
      '- ',
      '? ',
      ': ',
      'a: ',
      '&a ',
      '*a ',
      '!!int ',
      '|\n',
      '>\n',
      '"',
      "'",
      '{',
      '}',
      '[',
      ']',
      ',',
      '\n',
      '\n  ',
      '#',
      '%YAML',
      '---\n',
      '<<',
      '\t',
      '1',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 64 }),
          fc.array(scrap, { maxLength: 24 }).map((s) => Buffer.from(s.join(''))),
        ),
        async (bytes) => {
          const { value, faults } = await parseConfig(bytes, 'any.yaml');
          expect(value !== undefined || faults.length > 0).toBe(true);
        },
      ),
      { numRuns: fuzzRuns },
    );
  });
});

describe('a secret in the wrong place', () => {
  const q = (secret: string) => JSON.stringify(secret);
  const ca = (rest: string) => `cas: [{ name: main, ${rest} }]`;
  const places: readonly ((secret: string) => string)[] = [
    (s) => ca(`passphrase: ${q(s)}`),
    (s) => ca(`passphrase: ${s}`),
    (s) => ca(`passphrase: { ${s} }`),
    (s) => ca(`passphrase: { ${q(s)}: ${q(s)} }`),
    (s) => ca(`passphrase: { file: ${q(s)} }`),
    (s) => ca(`passphrase: { file: ${q(`/${s}`)} }`),
    (s) => ca(`passphrase: { file: ${q(`./${s}`)} }`),
    (s) => ca(`passphrase: { credential: ${q(s)} }`),
    (s) => ca(`passphrase: { value: ${q(s)} }`),
    (s) => ca(`passphrase: [${q(s)}]`),
    (s) => ca(`passphrase: { file: /p }, ${q(s)}: 1`),
    (s) => ca(`passphrase: { file: /p }, maxLifetimeMinutes: ${q(s)}`),
    (s) => ca(`passphrase: { file: /p }, refusedSids: [${q(s)}]`),
    (s) => ca(`passphrase: !${s} x`),
    (s) => ca(`passphrase: *${s}`),
    (s) => ca(`passphrase: "${s}`),
    (s) => `passphrase: ${q(s)}`,
    (s) => `${q(s)}: { ${q(s)}: 010, ${q(s)}: 2 }`,
    (s) => `domains: ${q(s)}`,
    (s) => `%${s}\n---\n${s}`,
    (s) => s,
    (s) => `{"cas": [{"name": "main", "passphrase": ${s}}]}`,
  ];
  // No word of ours is in capitals, so that a window found is the secret's.
  const secrets = fc.stringMatching(/^[a-z]{2}[A-Z0-9+/=_!?$-]{10,30}$/);

  it('is shown nowhere: no 8 characters of it', async () => {
    let output = '';
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      output += String(text);
      return true;
    });
    try {
      await fc.assert(
        fc.asyncProperty(
          secrets,
          fc.constantFrom(...places),
          fc.constantFrom('s.yaml', 's.json', 's'),
          async (secret, place, name) => {
            const file = written(folder, name, place(secret));
            output = '';
            await configCheck({ config: file });
            await configCheck({ config: file, json: true });
            try {
              await loadConfig({ env: {}, file });
            } catch (error) {
              if (!(error instanceof MayflyError)) throw error;
              output += JSON.stringify([error, error.message, error.next, error.stack, error.cause]);
            }
            for (let i = 0; i + 8 <= secret.length; i++) {
              const window = secret.slice(i, i + 8);
              if (output.includes(window)) throw new Error(`shown: ${window}`);
            }
          },
        ),
        { numRuns: runs },
      );
    } finally {
      write.mockRestore();
    }
  });
});
