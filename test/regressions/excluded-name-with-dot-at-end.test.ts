import { expect, it } from 'vitest';
import { nameConstraintsFault } from '../../src/x509/name-constraints.ts';
import { dNSNameMatches } from '../../src/x509/subject-alt-name.ts';

const names = (value: string) => ({
  subject: Uint8Array.of(0x30, 0),
  subjectAltName: {
    all: [{ kind: 'dNSName', value } as const],
    dNSNames: [value],
    uris: [],
    userPrincipalNames: [],
    principals: [],
  },
});
const subtree = (value: string) => [{ base: { kind: 'dNSName', value } as const }];

// `host.evil.test.` lay outside the excluded `evil.test`, and still stood for the host `host.evil.test`.
it('a dot at the end leads out of no subtree', () => {
  for (const name of ['host.evil.test.', 'evil.test.', 'HOST.evil.test.', '*.evil.test.']) {
    for (const excluded of ['evil.test', 'evil.test.', 'EVIL.test']) {
      expect(nameConstraintsFault(names(name), { excludedSubtrees: subtree(excluded) }), `${name} ${excluded}`).toMatch(
        'is excluded',
      );
    }
  }
  expect(dNSNameMatches('host.evil.test.', 'host.evil.test', { wildcards: false })).toBe(true);
  expect(nameConstraintsFault(names('host.corp.test.'), { permittedSubtrees: subtree('corp.test') })).toBeUndefined();
  expect(nameConstraintsFault(names('host.evil.test.'), { permittedSubtrees: subtree('corp.test') })).toMatch('not permitted');
});
