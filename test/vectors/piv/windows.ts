import type { RecordedDialogue } from '../../piv/recorded-dialogue.ts';

/**
 * The in-box PIV minidriver and the logon that uses it, as seen over redirection on a Server host by another implementation (its
 * published trace, put into one line of time): the certificate object had 1236 octets. The third operation is the second signature.
 */
export const windowsLogon: RecordedDialogue = {
  client: 'Windows logon',
  before: {},
  exchanges: `
    00 a4 04 00 09 a00000039742544659 > 6a82 // SELECT GIDS
    00 a4 04 00 09 a00000030800001000 > 9000 // SELECT PIV
    reset
    00 a4 04 00 0b a0000003974349445f0100 > 6a82 // Plug and Play
    00 ca 7f 68 00 > 6d00 // GET DATA, the same
    00 a4 00 00 02 3f00 > 6a82 // master file
    00 a4 04 00 09 a00000030800001000 > 9000
    00 cb 3f ff 05 5c035fc10200 > 61 9000 // CHUID
    00 cb 3f ff 05 5c035fc10500 > 256 6100 // certificate 9A
    00 c0 00 00 00 > 256 6100
    00 c0 00 00 00 > 256 6100
    00 c0 00 00 00 > 256 61d4
    00 c0 00 00 d4 > 212 9000
    00 cb 3f ff 05 5c035fc10a00 > 6a82 // certificates 9C, 9D, 9E, key history
    00 cb 3f ff 05 5c035fc10b00 > 6a82
    00 cb 3f ff 05 5c035fc10100 > 6a82
    00 cb 3f ff 05 5c035fc10c00 > 6a82
    00 a4 04 00 09 a00000030800001000 > 9000 // lsass begins again
    00 cb 3f ff 05 5c035fc10700 > 53 9000 // CCC, which that card did not have
    00 20 00 80 08 PIN > 9000
    10 87 07 9a f0 7c820106820081820100 ~230 > 9000 // sign
    00 87 07 9a 1a ~26 00 > 256 6108
    00 c0 00 00 08 > 8 9000
    10 87 07 9a f0 7c820106820081820100 ~230 > 9000 // decrypt
    00 87 07 9a 1a ~26 00 > 256 6108
    00 c0 00 00 08 > 8 9000
    10 87 07 9a f0 7c820106820081820100 ~230 > 9000 // sign
    00 87 07 9a 1a ~26 00 > 256 6108
    00 c0 00 00 08 > 8 9000`,
};
