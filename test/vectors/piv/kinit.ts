import type { RecordedDialogue } from '../../piv/recorded-dialogue.ts';

/** MIT kinit 1.20.1 through OpenSC 0.23.0: it opens the module twice. */
export const kinit: RecordedDialogue = {
  client: 'kinit -X X509_user_identity=PKCS11:opensc-pkcs11.so',
  before: {},
  exchanges: `
    00 a4 04 00 07 627601ff000000 > 6a82 // SELECT, for another driver of OpenSC
    00 a4 04 00 06 a00000000101 > 6a82 // SELECT MUSCLE
    00 a4 04 00 0b e82b0601040181c31f020100 > 6a82 // SELECT, for another driver of OpenSC
    00 a4 04 0c 0f d23300000045737445494420763335 > 6a82 // SELECT EstEID 3.5
    00 ca df 30 05 > 6d00 // GET DATA of another card
    00 cb 3f ff 03 5c017e08 > 6d00 // GET DATA discovery, how long it is
    00 a4 04 00 09 a0000003080000100000 > 55 9000 // SELECT PIV without its version
    00 cb 3f ff 05 5c035fc10708 > 8 612d // GET DATA CCC, how long it is
    00 cb 3f ff 05 5c035fc10735 > 53 9000 // GET DATA CCC
    00 cb 3f ff 03 5c017e08 > 8 610c // GET DATA discovery, how long it is
    00 cb 3f ff 03 5c017e14 > 20 9000 // GET DATA discovery
    00 cb 3f ff 03 5c017e08 > 8 610c // GET DATA discovery, how long it is
    00 cb 3f ff 03 5c017e14 > 20 9000 // GET DATA discovery
    00 cb 3f ff 05 5c035fc10708 > 8 612d // GET DATA CCC, how long it is
    00 cb 3f ff 05 5c035fc10735 > 53 9000 // GET DATA CCC
    00 cb 3f ff 03 5c017e00 > 20 9000 // GET DATA discovery
    00 cb 3f ff 05 5c035fc10c08 > 6a82 // GET DATA key history, how long it is
    00 cb 3f ff 03 5c017e00 > 20 9000 // GET DATA discovery
    00 cb 3f ff 05 5c035fc10208 > 8 6135 // GET DATA CHUID, how long it is
    00 cb 3f ff 05 5c035fc1023d > 61 9000 // GET DATA CHUID
    00 cb 3f ff 05 5c035fc10508 > 8 6100 // GET DATA certificate 9A, how long it is
    00 cb 3f ff 05 5c035fc10500 > 256 6100 // GET DATA certificate 9A
    00 c0 00 00 00 > 256 6100 // GET RESPONSE
    00 c0 00 00 00 > 256 6198
    00 c0 00 00 98 > 152 9000
    00 cb 3f ff 05 5c035fc10a08 > 6a82 // GET DATA certificate 9C, how long it is
    00 cb 3f ff 05 5c035fc10b08 > 6a82 // GET DATA certificate 9D, how long it is
    00 cb 3f ff 05 5c035fc10108 > 6a82 // GET DATA certificate 9E, how long it is
    00 cb 3f ff 03 5c017e00 > 20 9000 // GET DATA discovery
    00 20 00 80 > 63c3 // VERIFY: how many tries
    00 cb 3f ff 05 5c035fc10908 > 6a82 // GET DATA printed information, how long it is
    00 cb 3f ff 05 5c035fc10308 > 6a82 // GET DATA fingerprints, how long it is
    00 cb 3f ff 05 5c035fc12108 > 6a82 // GET DATA iris images, how long it is
    00 a4 04 00 07 627601ff000000 > 6a82 // SELECT, for another driver of OpenSC
    00 a4 04 00 06 a00000000101 > 6a82 // SELECT MUSCLE
    00 a4 04 00 0b e82b0601040181c31f020100 > 6a82 // SELECT, for another driver of OpenSC
    00 a4 04 0c 0f d23300000045737445494420763335 > 6a82 // SELECT EstEID 3.5
    00 ca df 30 05 > 6d00 // GET DATA of another card
    00 cb 3f ff 03 5c017e08 > 8 610c // GET DATA discovery, how long it is
    00 cb 3f ff 03 5c017e14 > 20 9000 // GET DATA discovery
    00 cb 3f ff 05 5c035fc10708 > 8 612d // GET DATA CCC, how long it is
    00 cb 3f ff 05 5c035fc10735 > 53 9000 // GET DATA CCC
    00 cb 3f ff 03 5c017e00 > 20 9000 // GET DATA discovery
    00 cb 3f ff 03 5c017e08 > 8 610c // GET DATA discovery, how long it is
    00 cb 3f ff 03 5c017e14 > 20 9000 // GET DATA discovery
    00 cb 3f ff 05 5c035fc10708 > 8 612d // GET DATA CCC, how long it is
    00 cb 3f ff 05 5c035fc10735 > 53 9000 // GET DATA CCC
    00 cb 3f ff 03 5c017e00 > 20 9000 // GET DATA discovery
    00 cb 3f ff 05 5c035fc10c08 > 6a82 // GET DATA key history, how long it is
    00 cb 3f ff 03 5c017e00 > 20 9000 // GET DATA discovery
    00 cb 3f ff 05 5c035fc10208 > 8 6135 // GET DATA CHUID, how long it is
    00 cb 3f ff 05 5c035fc1023d > 61 9000 // GET DATA CHUID
    00 cb 3f ff 05 5c035fc10508 > 8 6100 // GET DATA certificate 9A, how long it is
    00 cb 3f ff 05 5c035fc10500 > 256 6100 // GET DATA certificate 9A
    00 c0 00 00 00 > 256 6100 // GET RESPONSE
    00 c0 00 00 00 > 256 6198
    00 c0 00 00 98 > 152 9000
    00 cb 3f ff 05 5c035fc10a08 > 6a82 // GET DATA certificate 9C, how long it is
    00 cb 3f ff 05 5c035fc10b08 > 6a82 // GET DATA certificate 9D, how long it is
    00 cb 3f ff 05 5c035fc10108 > 6a82 // GET DATA certificate 9E, how long it is
    00 cb 3f ff 03 5c017e00 > 20 9000 // GET DATA discovery
    00 20 00 80 > 63c3 // VERIFY: how many tries
    00 cb 3f ff 05 5c035fc10908 > 6a82 // GET DATA printed information, how long it is
    00 cb 3f ff 05 5c035fc10308 > 6a82 // GET DATA fingerprints, how long it is
    00 cb 3f ff 05 5c035fc12108 > 6a82 // GET DATA iris images, how long it is
    00 cb 3f ff 03 5c017e00 > 20 9000 // GET DATA discovery
    00 20 00 80 08 PIN > 9000 // VERIFY
    00 cb 3f ff 03 5c017e00 > 20 9000 // GET DATA discovery
    10 87 07 9a ff 7c820106820081820100 ~245 > 9000 // GENERAL AUTHENTICATE, first link
    00 87 07 9a 0b 4710cef506bed0440fd31b00 > 256 6108 // GENERAL AUTHENTICATE
    00 c0 00 00 08 > 8 9000 // GET RESPONSE`,
};
