import type { KeyAgreementGroup } from '../../../src/crypto/key-agreement.ts';

/**
 * Two sides whose shared secret begins with so many zero octets: SHA-512 of `a GROUP` and `b GROUP`, cut to length, the
 * second counted up (or, for the curve, drawn again) until it does.
 */
export interface ShortSecret {
  readonly group: KeyAgreementGroup;
  readonly zeros: number;
  readonly secrets: readonly [string, string];
}
const A14 = 'b0fca0905024775abe663d743ef59a8e50beeb3980847074bef05dbe7161759f';
const A16 = 'fa1b7178a72e1baa0e020793b8d37a4b5e71c806c32892da45a1d917170bcbbbb8e3d79d3101101e769cc03aeccaa828';
const A256 = '86fffd82e019a7cd66a10e73632e8399a830a3b5862d09e7a41f3e5580d62b24';
export const shortSecrets: readonly ShortSecret[] = [
  { group: 'modp-14', zeros: 1, secrets: [A14, '02269831f57dc73443ab12b51c6e23414fa41aecad2a4ceb453c8207c98fe380'] },
  { group: 'modp-14', zeros: 2, secrets: [A14, '02269831f57dc73443ab12b51c6e23414fa41aecad2a4ceb453c8207c991f1ce'] },
  {
    group: 'modp-16',
    zeros: 1,
    secrets: [A16, '4dec2f5bc059fbdb62d4ded8193b17f399be15d4f216c314d2649ca1d6b80d05c9504e120d1fe7900f7ff87925f6f02c'],
  },
  {
    group: 'modp-16',
    zeros: 2,
    secrets: [A16, '4dec2f5bc059fbdb62d4ded8193b17f399be15d4f216c314d2649ca1d6b80d05c9504e120d1fe7900f7ff87925f79a5a'],
  },
  { group: 'p-256', zeros: 1, secrets: [A256, 'ce81bdb7c09c9dc397e3bd929193c408f05f0b4865a769e4d78147426d6abebf'] },
  { group: 'p-256', zeros: 2, secrets: [A256, '4efff079441ef2be3a33f21691a14234b60f72a9da0f69cde225cde00deff0b0'] },
];
