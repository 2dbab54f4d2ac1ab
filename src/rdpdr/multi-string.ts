import { MayflyError } from '../wire/mayfly-error.ts';
import { charactersOf, octetsOf } from '../wire/ndr-string.ts';

/** The names of a multi-string, [MS-RDPESC] 1.1: each ends in NUL, an empty one ends them all; what lies behind is no part of it. */
export function multiStringNames(octets: Uint8Array, wide: boolean): readonly string[] {
  const names = charactersOf(octets, wide).split('\0');
  const end = names.indexOf('');
  return end === -1 ? names : names.slice(0, end);
}
export function multiString(names: readonly string[], wide: boolean): Uint8Array {
  if (names.some((name) => name === '' || name.includes('\0')))
    throw new MayflyError('encode', 'a name in a multi-string is empty or has a NUL in it');
  return octetsOf(`${names.map((name) => `${name}\0`).join('')}\0`, wide);
}
