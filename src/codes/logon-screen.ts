import type { Meaning } from './meaning.ts';
import { place } from './place.ts';
import { remedy } from './remedy.ts';
import { statusMeaning } from './status-code.ts';

type Clauses = readonly [cause: string, fix: string, look: string];
const skewed: Clauses = [
  'the clocks differ (skew), so that a certificate of minutes looks expired; or the logon came after it had ended',
  remedy.clocks,
  place.clocks,
];
/** What a person sees, as Windows or a client words it: [MS-ERREF] 2.3.1 for those that are a status. */
const rows: readonly (readonly [text: string, means: number | Clauses])[] = [
  [
    'No valid certificates were found on this smart card',
    [
      'SCardSvr does not run on the host, or the certificate has not the EKU for logon or was not propagated from the card',
      'start SCardSvr and set it to start by itself; certificates of Mayfly have the EKU, so see that no other driver takes the card',
      place.cardService,
    ],
  ],
  [
    "Signing in with a smart card isn't supported for your account",
    [
      'the domain controller has no usable KDC certificate, or the KDC refused and the screen does not say why',
      remedy.kdcCertificate,
      `the log Security-Kerberos/Operational of the host; ${place.kdcCertificate}`,
    ],
  ],
  ['encountered an error while validating the KDC certificate', 0xc0000320],
  ['An incorrect PIN was presented to the smart card', 0xc0000380],
  ['The smart card is blocked', 0xc0000381],
  ['No PIN was presented to the smart card', 0xc0000382],
  ['No smart card available', 0xc0000383],
  ['The requested key container does not exist on the smart card', 0xc0000384],
  ['The requested certificate does not exist on the smart card', 0xc0000385],
  ['The requested keyset does not exist', 0xc0000386],
  ['A communication error with the smart card has been detected', 0xc0000387],
  ['The system detected a possible attempt to compromise security', 0xc0000388],
  ['The smart card certificate used for authentication has been revoked', 0xc0000389],
  [
    'An untrusted certificate authority was detected while processing the smart card certificate used for authentication',
    0xc000038a,
  ],
  ['The revocation status of the smart card certificate used for authentication could not be determined', 0xc000038b],
  ['The revocation status of the smart card certificate could not be determined', 0xc000038b],
  ['The smart card certificate used for authentication was not trusted', 0xc000038c],
  ['The smart card certificate used for authentication has expired', skewed],
  ['The smartcard certificate has expired', skewed],
  [
    'The revocation status of the domain controller certificate used for smart card authentication could not be determined',
    0xc000040c,
  ],
  ['An untrusted certificate authority was detected while processing the domain controller certificate', 0xc000040d],
  ['The domain controller certificate used for smart card logon has expired', 0xc000040e],
  ['The domain controller certificate used for smart card logon has been revoked', 0xc000040f],
  [
    'requires enhanced RDP security with CredSSP',
    [
      'the host demands Network Level Authentication (NLA), and the client does not offer it',
      'leave NLA on and log on through Mayfly, which offers it: it needs a KDC that it can reach and the TERMSRV name of the host',
      place.hostSettings,
    ],
  ],
  [
    'The Local Security Authority cannot be contacted',
    [
      'the host broke Network Level Authentication off: no domain controller within its reach, or the account may not log on there now',
      'see that the host reaches a domain controller, and that the account is enabled, in its hours and workstations, and has no password to change first',
      place.hostLog,
    ],
  ],
  [
    'The function requested is not supported',
    [
      'client and host do not agree on CredSSP: one of them lacks the update against CVE-2018-0886',
      'update both; `mayfly rdp probe HOST` shows which CredSSP the host speaks',
      place.hostSettings,
    ],
  ],
  ['The user name or password is incorrect', 0xc000006d],
  ['Your credentials did not work', 0xc000006d],
  ["The sign-in method you're trying to use isn't allowed", 0xc000015b],
  ['To sign in remotely, you need the right to sign in through Remote Desktop Services', 0xc000015b],
  ['The referenced account is currently disabled and may not be logged on to', 0xc0000072],
  ['The referenced account is currently locked out', 0xc0000234],
  ['There are currently no logon servers available to service the logon request', 0xc000005e],
  ['Smart card logon is required and was not used', 0xc00002fa],
  ['The request is not supported', 0xc00000bb],
  ['The connection was denied because the user account is not authorized for remote login', 0xc000015b],
  ['There is a time and/or date difference between the client and server', 0xc0000133],
];
export interface ScreenText extends Meaning {
  /** The status that it is the text of. */
  readonly status?: number;
}
export const screenTexts: readonly ScreenText[] = rows.flatMap(([name, means]) => {
  if (typeof means !== 'number') {
    const [cause, fix, look] = means;
    return [{ name, cause, look, fix }];
  }
  const meaning = statusMeaning(means);
  return meaning ? [{ ...meaning, name, status: means }] : [];
});
