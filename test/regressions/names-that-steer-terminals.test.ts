import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { encode } from '../../src/wire/codec.ts';
import { sequence, sequenceOf, setOf } from '../../src/wire/der.ts';
import { objectIdentifier } from '../../src/wire/der-primitives.ts';
import { utf8String } from '../../src/wire/der-strings.ts';
import { nameText } from '../../src/x509/name-text.ts';
import { oid } from '../../src/x509/oid.ts';
import { mayfly, newHome } from '../cli/mayfly.ts';

// A name from an enterprise CA could turn the text after it round, and JSON escapes brought C1 controls into paths that are shown.
it('a name shows its formatting characters instead of obeying them', () => {
  const name = sequenceOf(setOf(sequence({ type: objectIdentifier, value: utf8String })));
  const text = (value: string) => nameText(encode(name, [[{ type: oid.commonName, value }]]));
  expect(text('a\u202eb')).toBe('CN=a\\e2\\80\\aeb');
  expect(text('a\u001b[31m\u009b2J\u2028')).toBe('CN=a\\1b[31m\\c2\\9b2J\\e2\\80\\a8');
  expect(text('Jürgen')).toBe('CN=Jürgen');
});
it.each(['\\u009b31m', '\\u202e', '\\u2028', '\\u001b'])(
  'a path in the configuration with %s is refused and not shown',
  async (sign) => {
    const home = newHome();
    const file = join(home.beside, 'mayfly.json');
    writeFileSync(file, `{ "home": "/srv/${sign}x" }`);
    const { code, stdout, stderr } = await mayfly(home, 'config', 'check', '--config', file);
    expect(code).toBe(1);
    expect(stdout + stderr).not.toMatch(/[\u0080-\u009f\u202e\u2028\u001b]/);
  },
);
