import { expect, it } from 'vitest';
import { distinguishedName } from '../../src/x509/distinguished-name.ts';
import { hex } from '../wire/annotated-hex.ts';

// The library made an empty name of `My CA`, took `a"b"` for `b`, and a backslash that was escaped for an escape of the comma behind it.
it('a CA is named as its admin wrote it, or not at all', () => {
  for (const text of ['', 'My CA', 'CN=', 'CN=a"b"', 'CN=a\\00b', 'CN=a\nO=b']) {
    expect(() => distinguishedName(text), text).toThrow(/distinguished name$/);
  }
  const [cn, o] = ['310a300806035504030c015c', '310a3008060355040a130162'];
  expect(hex(distinguishedName('CN=\\\\,O=b'))).toBe(`3018${cn}${o}`);
});
