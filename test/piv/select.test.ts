import { describe, expect, it } from 'vitest';
import { hex } from '../wire/annotated-hex.ts';
import { cardInHand, getData, pinStatus, ready, select } from './card-in-hand.ts';

const discovery = getData('7e');

/** SP 800-73-4 part 2 3.1.1. */
describe('SELECT', () => {
  it.each([
    ['the RID, as yubico-piv-tool writes it', '00 a4 04 00 05 a000000308'],
    ['9 octets without Le, as Windows does', select],
    ['9 octets with Le, as OpenSC does', `${select} 00`],
    ['all 11 octets', '00 a4 04 00 0b a000000308000010000100'],
    ['all 11 octets with Le', '00 a4 04 00 0b a000000308000010000100 00'],
    ['no answer wanted, P2 0c', '00 a4 04 0c 09 a00000030800001000'],
    ['extended lengths', '00 a4 04 00 00 0009 a00000030800001000 0000'],
  ])('takes %s', async (_, apdu) => {
    const { send } = cardInHand();
    const { data, status } = await send(apdu);
    expect(status).toBe('9000');
    // Application property template, table 3: AID without RID, tag allocation authority, label, RSA-2048.
    expect(hex(data)).toBe('61 21 4f06000010000100 79074f05a000000308 50064d6179666c79 ac06800107060100'.replaceAll(' ', ''));
    expect((await send(discovery)).status).toBe('9000');
  });
  it.each([
    ['another version', '00 a4 04 00 0b a000000308000010000200'],
    ['an octet behind the whole AID', '00 a4 04 00 0c a00000030800001000010000'],
    ['4 octets of the RID', '00 a4 04 00 04 a0000003'],
    ['nothing', '00 a4 04 00'],
    ['the first octet another', '00 a4 04 00 09 a10000030800001000'],
    ['the last octet another', '00 a4 04 00 09 a00000030800001001'],
    ['GIDS, which Windows tries first', '00 a4 04 00 09 a00000039742544659'],
    ['Plug and Play, which Windows tries', '00 a4 04 00 0b a0000003974349445f0100'],
    ['the master file', '00 a4 00 0c 02 3f00'],
    ['EF.ATR', '00 a4 02 0c 02 2f01'],
    ['MUSCLE, as OpenSC tries', '00 a4 04 00 06 a00000000101'],
    ['EstEID, as OpenSC tries', '00 a4 04 0c 0f d23300000045737445494420763335'],
    ['Yubico OTP, as ykpiv tries', '00 a4 04 00 08 a000000527200101'],
  ])('does not find %s, and leaves everything as it was', async (_, apdu) => {
    const { statuses } = cardInHand();
    expect(await statuses(apdu, discovery)).toEqual(['6a82', '6d00']);
    expect(await statuses(...ready, apdu, pinStatus, discovery)).toEqual(['9000', '9000', '6a82', '9000', '9000']);
  });
  it('is no reason to ask for the PIN again when PIV is selected already', async () => {
    const { statuses } = cardInHand();
    expect(await statuses(...ready, select, pinStatus)).toEqual(['9000', '9000', '9000', '9000']);
  });
  it('nothing but SELECT is known before it: how OpenSC finds out whether PIV is still selected', async () => {
    const { statuses } = cardInHand();
    const all = [discovery, getData('5fc102'), pinStatus, '00 87 00 9b 04 7c028100', '10 87 07 9a 01 7c', '00 ca df30 05'];
    expect(await statuses(...all)).toEqual(all.map(() => '6d00'));
    expect(await statuses('00 c0 00 00 00')).toEqual(['6985']);
  });
  it('is needed again after a reset', async () => {
    const { card, statuses } = cardInHand();
    await statuses(...ready);
    card.reset();
    expect(await statuses(discovery, select, pinStatus)).toEqual(['6d00', '9000', '63c3']);
  });
});
describe('commands that no PIV card of ours has', () => {
  it.each([
    ['get version, ykpiv', '00 fd 00 00 00'],
    ['attest, ykcs11', '00 f9 9a 00'],
    ['metadata, ykcs11', '00 f7 00 9a'],
    ['GET DATA of card life cycle data, OpenSC', '00 ca df 30 05'],
    ['GET DATA of tag 7f68, Windows', '00 ca 7f 68 00'],
    ['READ BINARY', '00 b0 00 00 00'],
    ['PUT DATA', '00 db 3f ff 03 5c017e'],
    ['GENERATE ASYMMETRIC KEY PAIR', '00 47 00 9a 05 ac03800107'],
    ['CHANGE REFERENCE DATA', `00 24 00 80 10 ${'31'.repeat(16)}`],
    ['RESET RETRY COUNTER', `00 2c 00 80 10 ${'31'.repeat(16)}`],
    ['an INS of no kind', '00 fe 00 00'],
  ])('6D00 to %s', async (_, apdu) => {
    const { statuses } = cardInHand();
    expect(await statuses(...ready, apdu, pinStatus)).toEqual(['9000', '9000', '6d00', '9000']);
  });
  it.each([
    ['80', '6e00'],
    ['ff', '6e00'],
    ['20', '6e00'],
    ['04', '6882'],
    ['0c', '6882'],
    ['14', '6882'],
    ['01', '6881'],
    ['13', '6881'],
  ])('class %s is answered with %s, whatever it carries', async (cla, refusal) => {
    const { statuses, operated } = cardInHand();
    const commands = ['a4 04 00 05 a000000308', '87 07 9a 00', `20 00 80 08 ${'31'.repeat(8)}`, 'c0 00 00 00'];
    await statuses(...ready);
    expect(await statuses(...commands.map((command) => cla + command))).toEqual(commands.map(() => refusal));
    expect(operated).toEqual([]);
    expect(await statuses(pinStatus)).toEqual(['9000']);
  });
  it.each(['a4 04 00 05 a000000308', `20 00 80 08 ${'31'.repeat(8)}`, 'cb 3f ff 03 5c017e', 'c0 00 00 00', 'fe 00 00'])(
    'CLA 10 begins a chain with GENERAL AUTHENTICATE only: %s',
    async (command) => {
      const { statuses } = cardInHand();
      expect(await statuses(...ready, `10 ${command}`, pinStatus)).toEqual(['9000', '9000', '6884', '9000']);
    },
  );
  it('6700 to what is no command', async () => {
    const { statuses } = cardInHand();
    expect(await statuses('', '00', '00a404', '00a4040003a000', select)).toEqual(['6700', '6700', '6700', '6700', '9000']);
  });
});
