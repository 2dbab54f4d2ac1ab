import type { OwnGroup } from './own-code.ts';
import { place } from './place.ts';
import { remedy } from './remedy.ts';

/** What `mayfly doctor` finds, beside what has a code already where it comes from. */
export const ownOfDoctor: readonly OwnGroup[] = [
  [
    place.serviceLog,
    [
      ['doctor-busy', 'another examination is under way', 'ask again in a few seconds'],
      ['doctor-host', 'that is no name of a host', 'give its DNS name, or leave it out'],
      ['doctor-sid', 'that is no SID', 'write it as S-1-5-21-…-1105'],
      ['doctor-no-trial', 'over the network no logon is tried', 'run `mayfly doctor` where the service runs'],
    ],
  ],
  [
    place.crl,
    [
      ['crl-ended', 'the CRL in the directory has ended: no certificate of this CA is good for a logon', remedy.crl],
      ['crl-early', 'the CRL in the directory is not valid yet', remedy.clocks],
      ['crl-old', 'the CA has made a newer CRL than the directory has: what was revoked since is not in it', remedy.crl],
      ['crl-not-ours', "the CRL in the directory is not signed by the CA's key", remedy.crl],
      ['crl-twin', 'the CRL over HTTP is another one than that in the directory', 'see what serves the HTTP address'],
    ],
  ],
  [
    place.caLog,
    [
      [
        'ca-ended',
        "the CA's own certificate has ended, or is not valid yet",
        'let another CA take its place: `mayfly ca rotate`',
      ],
    ],
  ],
  [
    place.directory,
    [['account-sid', 'the account has another SID than somebody takes it to have', 'read the SID from the directory again']],
  ],
];
