import { describe, expect, it } from 'vitest';
import { credentialForms, providers } from '../../src/credssp/credential-form.ts';
import { earlyAuthorization, earlyAuthorizationFrame } from '../../src/credssp/early-authorization.ts';
import { negotiationToken, negTokenResp, readNegotiationToken } from '../../src/credssp/spnego-token.ts';
import { readSmartCardCredentials, smartCardCredentials } from '../../src/credssp/ts-credentials.ts';
import { statusOf, tsRequest, tsRequestFrame } from '../../src/credssp/ts-request.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import { windowsCredentials } from '../vectors/credssp/ts-credentials.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';

describe('TSRequest', () => {
  const token = bytes('0102');
  it.each([
    ['negoTokens', { version: 6, negoTokens: [{ negoToken: token }] }, '3011 a003 020106 a10a 3008 3006 a004 0402 0102'],
    ['authInfo', { version: 6, authInfo: token }, '300b a003 020106 a204 0402 0102'],
    ['pubKeyAuth', { version: 2, pubKeyAuth: token }, '300b a003 020102 a304 0402 0102'],
    ['errorCode as it is signed', { version: 3, errorCode: -1073741715 }, '300d a003 020103 a406 0204 c000006d'],
    ['errorCode as it is unsigned', { version: 6, errorCode: 0xc000006d }, '300e a003 020106 a407 0205 00c000006d'],
    ['errorCode of one octet', { version: 6, errorCode: 5 }, '300a a003 020106 a403 020105'],
    ['clientNonce', { version: 5, clientNonce: token }, '300b a003 020105 a504 0402 0102'],
  ])('with %s, [MS-CSSP] 2.2.1', (_, value, annotated) => {
    expect(hex(encode(tsRequest, value))).toBe(hex(bytes(annotated)));
    expect(decode(tsRequest, bytes(annotated))).toEqual(value);
  });
  it('has one status for both forms', () => {
    expect([-1073741715, 0xc000006d].map(statusOf)).toEqual([0xc000006d, 0xc000006d]);
  });
  it.each(['3006 a003 020106 00', '300e a003 020106 a407 0205 01c000006d', '300c a003 020106 a405 0203 00006d'])(
    'is refused as %s',
    (annotated) => expect(() => decode(tsRequest, bytes(annotated))).toThrow(),
  );
  it('ends in a stream where its length says, as soon as that is there', () => {
    expect(['', '30', '3082', '308201'].map((each) => tsRequestFrame(bytes(each)))).toEqual(Array(4).fill(undefined));
    expect(['3005', '308180', '30820100'].map((each) => tsRequestFrame(bytes(each)))).toEqual([7, 131, 260]);
    for (const each of ['03', '3080', '3085', '308400010000', '3084ffffffff'])
      expect(() => tsRequestFrame(bytes(each))).toThrow(/TSRequest|length/);
  });
});
describe('SPNEGO', () => {
  const init = { mechTypes: ['1.2.840.48018.1.2.2', '1.2.840.113554.1.2.2'], mechToken: bytes('01') };
  const octets = `602b 06062b0601050502 a021 301f
    a018 3016 0609 2a864882f712010202 0609 2a864886f712010202 a203 0401 01`;
  it('NegTokenInit, RFC 4178 4.2.1', () => {
    expect(hex(negotiationToken(init))).toBe(hex(bytes(octets)));
    expect(readNegotiationToken(bytes(octets))).toEqual(init);
    expect(() => readNegotiationToken(bytes('6005 0603 550403'))).toThrow('is not SPNEGO');
  });
  it('NegTokenResp, RFC 4178 4.2.2', () => {
    const resp = { negState: 1, supportedMech: '1.2.840.48018.1.2.2', responseToken: bytes('02'), mechListMIC: bytes('03') };
    const annotated = 'a11e 301c a003 0a0101 a10b 0609 2a864882f712010202 a203 0401 02 a303 0401 03';
    expect(hex(encode(negTokenResp, resp))).toBe(hex(bytes(annotated)));
    expect(decode(negTokenResp, bytes(annotated))).toEqual(resp);
  });
});
describe('credentials', () => {
  it('of Windows are read, and are what Mayfly makes of the same', () => {
    const read = readSmartCardCredentials(bytes(windowsCredentials));
    expect(read).toMatchObject({
      keySpec: 1,
      readerName: 'OMNIKEY CardMan 3x21 0',
      containerName: 'le-MSSmartcardUser-8bda019f-1266--53268',
      providerName: providers['base-csp'].providerName,
    });
    expect(new TextDecoder().decode(read?.pin)).toBe('bbbbbbbbbbbb');
    expect(read && hex(smartCardCredentials(read))).toBe(hex(bytes(windowsCredentials)));
  });
  it('of a password are none of a card', () => {
    expect(readSmartCardCredentials(bytes('300b a003 020101 a104 0402 3000'))).toBeUndefined();
  });
  it('go out in forms that the key can have, what worked first', () => {
    const told = (...given: Parameters<typeof credentialForms>) =>
      credentialForms(...given).map(({ provider, container }) => `${provider} ${container}`);
    expect(told('rsa')).toEqual(['base-csp absent', 'smart-card-ksp absent', 'base-csp derived']);
    expect(told('ec')).toEqual(['smart-card-ksp absent', 'smart-card-ksp derived']);
    expect(told('rsa', { provider: 'base-csp', container: 'derived' })[0]).toBe('base-csp derived');
    expect(told('ec', { provider: 'base-csp', container: 'absent' })).toEqual(told('ec'));
  });
});
it('early authorization has no envelope, an error code in its place has', () => {
  expect([0, 5].map((value) => hex(earlyAuthorization(value)))).toEqual(['00000000', '05000000']);
  expect(['05', '00000000', '3005'].map((each) => earlyAuthorizationFrame(bytes(each)))).toEqual([4, 4, 7]);
});
