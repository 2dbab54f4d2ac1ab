import { describe, expect, it } from 'vitest';
import { hex } from '../wire/annotated-hex.ts';
import { cardInHand, certificate, getData, pinStatus, select, tlv, verify } from './card-in-hand.ts';

const whole = tlv('53', `${tlv('70', hex(certificate))}710100fe00`);
const getResponse = (le: string) => `00 c0 00 00 ${le}`;

/** SP 800-73-4 part 2 3.1.2; ISO/IEC 7816-4 5.1.3 for 61xx. */
describe('GET DATA', () => {
  it('gives the certificate in pieces of 256, as Windows reads it', async () => {
    const { send } = cardInHand();
    await send(select);
    const pieces = [await send(getData('5fc105'))];
    for (let i = 0; i < 3; i++) pieces.push(await send(getResponse(i < 2 ? '00' : '98')));
    expect(pieces.map(({ data, status }) => [data.length, status])).toEqual([
      [256, '6100'],
      [256, '6100'],
      [256, '6198'],
      [0x98, '9000'],
    ]);
    expect(pieces.map(({ data }) => hex(data)).join('')).toBe(whole);
    expect(whole.length).toBe(2 * 0x398);
  });
  it('says 6100 while 256 or more are left and how many below that', async () => {
    const { send, statuses } = cardInHand();
    await send(select);
    // 0x398 in all: 256, 0x98, 256 and 255 left, one by one around the edge.
    expect(await statuses(getData('5fc105'), getResponse('98'), getResponse('ff'), getResponse('01'))).toEqual([
      '6100',
      '6100',
      '6100',
      '6100',
    ]);
    const { data, status } = await send(getResponse('01'));
    expect([data.length, status]).toEqual([1, '61ff']);
    expect((await send(getResponse('ff'))).status).toBe('9000');
    expect(await statuses(getResponse('00'))).toEqual(['6985']);
  });
  it.each([
    ['08, as OpenSC asks how long an object is', '08', 8, '612d'],
    ['exact', '35', 0x35, '9000'],
    ['over', 'ff', 0x35, '9000'],
    ['00', '00', 0x35, '9000'],
    ['missing, as ykpiv leaves it', '', 0x35, '9000'],
    ['one less', '34', 0x34, '6101'],
    ['01', '01', 1, '6134'],
  ])('Le %s', async (_, le, length, status) => {
    const { send } = cardInHand();
    await send(select);
    const reply = await send(getData('5fc107', le));
    expect([reply.data.length, reply.status]).toEqual([length, status]);
  });
  it('gives everything at once to an extended Le', async () => {
    const { send } = cardInHand();
    await send(select);
    for (const apdu of ['00 cb 3f ff 00 0005 5c035fc105 0000', '00 cb 3f ff 00 0005 5c035fc105 0398']) {
      const { data, status } = await send(apdu);
      expect([hex(data), status]).toEqual([whole, '9000']);
    }
  });
  it.each([
    ['another GET DATA', getData('7e')],
    ['VERIFY', verify()],
    ['SELECT', select],
    ['SELECT of something else', '00 a4 04 00 05 a000000001'],
    ['an unknown command', '00 fe 00 00'],
    ['another class', '80 c0 00 00 00'],
    ['no command', '00'],
    ['GET RESPONSE with parameters', '00 c0 01 00 00'],
    ['a link', '10 87 07 9a 01 7c'],
  ])('what is left is dropped by %s', async (_, apdu) => {
    const { statuses } = cardInHand();
    await statuses(select, getData('5fc105', '08'), apdu);
    expect(['6985', '6883']).toContain((await statuses(getResponse('00')))[0]);
  });
  it('GET RESPONSE knows no parameters', async () => {
    const { statuses } = cardInHand();
    expect(await statuses(select, getData('5fc105'), '00 c0 00 01 00')).toEqual(['9000', '6100', '6a86']);
  });
  it.each([
    '5fc101',
    '5fc10a',
    '5fc10b',
    '5fc10c',
    '5fc103',
    '5fc106',
    '5fc108',
    '5fc109',
    '5fc10d',
    '5fc121',
    '5fc122',
    '5fff01',
    '7f61',
  ])('%s is not on the card', async (tag) => {
    const { statuses } = cardInHand();
    expect(await statuses(select, getData(tag, '08'), verify(), getData(tag))).toEqual(['9000', '6a82', '9000', '6a82']);
  });
  it('needs no PIN', async () => {
    const { statuses } = cardInHand();
    const tags = ['7e', '5fc102', '5fc107'];
    expect(await statuses(select, ...tags.map((tag) => getData(tag)), pinStatus)).toEqual([
      '9000',
      '9000',
      '9000',
      '9000',
      '63c3',
    ]);
  });
  it.each([
    ['no tag list', '00 cb 3f ff', '6a80'],
    ['another tag', '00 cb 3f ff 05 5d 03 5fc105', '6a80'],
    ['an empty list', '00 cb 3f ff 02 5c 00', '6a80'],
    ['a length over what is there', '00 cb 3f ff 05 5c 04 5fc105', '6a80'],
    ['a length under what is there', '00 cb 3f ff 05 5c 02 5fc105', '6a80'],
    ['a tag of four octets', '00 cb 3f ff 06 5c 04 005fc105', '6a80'],
    ['two tags', '00 cb 3f ff 08 5c 06 5fc1055fc102', '6a80'],
    ['another P1', '00 cb 2f ff 05 5c 03 5fc105', '6a86'],
    ['another P2', '00 cb 3f 00 05 5c 03 5fc105', '6a86'],
  ])('%s', async (_, apdu, status) => {
    const { statuses } = cardInHand();
    expect(await statuses(select, apdu)).toEqual(['9000', status]);
  });
});
