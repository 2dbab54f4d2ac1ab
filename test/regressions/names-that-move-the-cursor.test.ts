import { expect, it } from 'vitest';
import { printableName } from '../../src/x509/name-text.ts';

/** A host's certificate and a KDC's reply are printed by the probes: an escape sequence in a name cleared the screen. */
it('quotes names that a terminal would act on, and leaves ordinary ones', () => {
  expect(printableName('desk1.corp.example')).toBe('desk1.corp.example');
  expect(printableName('alice@CORP.EXAMPLE')).toBe('alice@CORP.EXAMPLE');
  for (const name of ['x\u001b[2Jy', 'a b', 'a\nb', '\u202eevil', '', '\u009b1m', 'ü'])
    expect(printableName(name)).toMatch(/^"[ -~]*"$/);
});
