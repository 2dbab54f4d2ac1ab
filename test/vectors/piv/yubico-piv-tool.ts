import type { RecordedDialogue } from '../../piv/recorded-dialogue.ts';

/** yubico-piv-tool 2.2.0: without Le wherever it can, 5 octets of AID, a reset behind it. */
export const status: RecordedDialogue = {
  client: 'yubico-piv-tool --action status',
  before: {},
  exchanges: `
    00 a4 04 00 05 a000000308 > 55 9000 // SELECT PIV, the RID alone
    00 20 00 80 00 > 63c3 // VERIFY: how many tries
    00 fd 00 00 00 > 6d00 // get version
    00 a4 04 00 08 a000000527200101 > 6a82 // SELECT Yubico OTP
    00 fd 00 00 00 > 6d00 // get version
    00 a4 04 00 08 a000000527200101 > 6a82 // SELECT Yubico OTP
    00 cb 3f ff 05 5c035fc102 > 61 9000 // GET DATA CHUID
    00 cb 3f ff 05 5c035fc107 > 53 9000 // GET DATA CCC
    00 cb 3f ff 05 5c035fc105 > 256 6100 // GET DATA certificate 9A
    00 c0 00 00 00 > 256 6100 // GET RESPONSE
    00 c0 00 00 00 > 256 6198
    00 c0 00 00 00 > 152 9000
    00 cb 3f ff 05 5c035fc10a > 6a82 // GET DATA certificate 9C
    00 cb 3f ff 05 5c035fc10b > 6a82 // GET DATA certificate 9D
    00 cb 3f ff 05 5c035fc101 > 6a82 // GET DATA certificate 9E
    00 cb 3f ff 05 5c035fc10d > 6a82 // GET DATA retired key certificate
    00 cb 3f ff 05 5c035fc10e > 6a82
    00 cb 3f ff 05 5c035fc10f > 6a82
    00 cb 3f ff 05 5c035fc110 > 6a82
    00 cb 3f ff 05 5c035fc111 > 6a82
    00 cb 3f ff 05 5c035fc112 > 6a82
    00 cb 3f ff 05 5c035fc113 > 6a82
    00 cb 3f ff 05 5c035fc114 > 6a82
    00 cb 3f ff 05 5c035fc115 > 6a82
    00 cb 3f ff 05 5c035fc116 > 6a82
    00 cb 3f ff 05 5c035fc117 > 6a82
    00 cb 3f ff 05 5c035fc118 > 6a82
    00 cb 3f ff 05 5c035fc119 > 6a82
    00 cb 3f ff 05 5c035fc11a > 6a82
    00 cb 3f ff 05 5c035fc11b > 6a82
    00 cb 3f ff 05 5c035fc11c > 6a82
    00 cb 3f ff 05 5c035fc11d > 6a82
    00 cb 3f ff 05 5c035fc11e > 6a82
    00 cb 3f ff 05 5c035fc11f > 6a82
    00 cb 3f ff 05 5c035fc120 > 6a82
    00 20 00 80 00 > 63c3 // VERIFY: how many tries`,
};

export const testSignature: RecordedDialogue = {
  client: 'yubico-piv-tool --action verify-pin --action test-signature',
  before: { tries: 2 },
  exchanges: `
    00 a4 04 00 05 a000000308 > 55 9000 // SELECT PIV, the RID alone
    00 20 00 80 00 > 63c2 // VERIFY: how many tries
    00 fd 00 00 00 > 6d00 // get version
    00 a4 04 00 08 a000000527200101 > 6a82 // SELECT Yubico OTP
    00 cb 3f ff 05 5c035fc105 > 256 6100 // GET DATA certificate 9A
    00 c0 00 00 00 > 256 6100 // GET RESPONSE
    00 c0 00 00 00 > 256 6198
    00 c0 00 00 00 > 152 9000
    reset
    00 a4 04 00 05 a000000308 > 55 9000 // SELECT PIV, the RID alone
    00 20 00 80 00 > 63c2 // VERIFY: how many tries
    00 fd 00 00 00 > 6d00 // get version
    00 a4 04 00 08 a000000527200101 > 6a82 // SELECT Yubico OTP
    00 20 00 80 08 PIN > 9000 // VERIFY
    10 87 07 9a ff 7c820106820081820100 ~245 > 9000 // GENERAL AUTHENTICATE, first link
    00 87 07 9a 0b 9258103ecd78787ad99143 > 256 6108 // GENERAL AUTHENTICATE
    00 c0 00 00 00 > 8 9000 // GET RESPONSE`,
};

export const wrongPin: RecordedDialogue = {
  client: 'yubico-piv-tool --action verify-pin, wrong',
  before: {},
  exchanges: `
    00 a4 04 00 05 a000000308 > 55 9000 // SELECT PIV, the RID alone
    00 20 00 80 00 > 63c3 // VERIFY: how many tries
    00 fd 00 00 00 > 6d00 // get version
    00 a4 04 00 08 a000000527200101 > 6a82 // SELECT Yubico OTP
    00 20 00 80 08 BAD > 63c2 // VERIFY`,
};
