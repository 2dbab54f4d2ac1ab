import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { krbErrorCodes, krbErrorMeaning } from '../../src/codes/krb-error-code.ts';
import type { Meaning } from '../../src/codes/meaning.ts';
import { hresultMeaning, ntStatusMeaning, statusMeaning } from '../../src/codes/status-code.ts';
import { readErrorData } from '../../src/kerberos/error-data.ts';
import { type KrbError, krbError } from '../../src/kerberos/krb-error.ts';
import { explainRefusal, refusalSentence } from '../../src/kerberos/refusal.ts';
import { decode } from '../../src/wire/codec.ts';
import { errorData } from '../vectors/kerberos/error-data.ts';
import { messages } from '../vectors/kerberos/mit-exchange.ts';
import { bytes } from '../wire/annotated-hex.ts';
import { agreeOnTree } from '../wire/asn1js-oracle.ts';
import { mutated, property } from '../wire/property.ts';

const refusing = (errorCode: number, more: Partial<KrbError> = {}): KrbError => ({
  pvno: 5,
  msgType: 30,
  stime: 1_795_000_000,
  susec: 0,
  errorCode,
  realm: 'CORP.EXAMPLE',
  sname: { nameType: 2, nameString: ['krbtgt', 'CORP.EXAMPLE'] },
  ...more,
});
const sentence = (error: KrbError) => refusalSentence(explainRefusal(error));
const vector = (code: number) => bytes(errorData.find((v) => v.code === code)?.bytes ?? '');

describe('what e-data says', () => {
  it.each(errorData)('$what', ({ bytes: annotated, says }) => {
    const eData = bytes(annotated);
    const nothing = { trustedCertifiers: [], invalidCertificates: [], groups: [], digests: [] };
    const { methodData, ...read } = readErrorData({ eData });
    expect({ ...read, methodData: methodData.map(({ padataType }) => padataType) }).toEqual({
      ...nothing,
      status: undefined,
      methodData: [],
      ...says,
    });
    expect(agreeOnTree(eData)).toBeGreaterThan(0);
  });
  it('nothing, where there is none', () => {
    expect(readErrorData({}).status).toBeUndefined();
    expect(readErrorData({ eData: new Uint8Array() }).methodData).toEqual([]);
  });
});

describe('one sentence', () => {
  it('by the code of the KDC, with what it says itself', () => {
    expect(sentence(decode(krbError, bytes(messages.clientUnknown)))).toBe(
      'the KDC knows no such account in this realm: a UPN of another domain, or the wrong realm (KDC_ERR_C_PRINCIPAL_UNKNOWN 6; the KDC says "CLIENT_NOT_FOUND")',
    );
    expect(sentence(decode(krbError, bytes(messages.accountExpired)))).toBe(
      'the account has expired (KDC_ERR_NAME_EXP 1; the KDC says "CLIENT EXPIRED")',
    );
    expect(sentence(decode(krbError, bytes(messages.preauthFailed)))).toMatch(
      /^the KDC does not accept .* \(KDC_ERR_PREAUTH_FAILED 24; /,
    );
    expect(sentence(decode(krbError, bytes(messages.serviceUnknown)))).toMatch(/^the service is registered nowhere /);
  });
  it('by the status where there is one: the same code is a disabled, locked or expired account', () => {
    expect(sentence(refusing(18, { eData: vector(18) }))).toBe(
      'the account is disabled (KDC_ERR_CLIENT_REVOKED 18, 0xC0000072 STATUS_ACCOUNT_DISABLED)',
    );
    expect(explainRefusal(refusing(62, { eData: vector(62) }))).toMatchObject({
      status: { value: '0x80092013', name: 'CRYPT_E_REVOCATION_OFFLINE' },
      cause: 'the revocation server is offline: the CRL cannot be fetched, or has expired',
    });
  });
  it('by the code where the status says only that something failed, unless the code says no more', () => {
    const eData = bytes('3015 a103020103 a20e 040c 200300c0 00000000 01000000');
    expect(sentence(refusing(62, { eData }))).toBe(
      'the KDC does not trust the certificate: its chain, or NTAuth (KDC_ERR_CLIENT_NOT_TRUSTED 62, 0xC0000320 STATUS_PKINIT_FAILURE)',
    );
    expect(explainRefusal(refusing(60, { eData })).cause).toBe(
      "the domain controller's certificate could not be validated (PKINIT failure)",
    );
  });
  it('with numbers that nobody has named', () => {
    const eData = bytes('3015 a103020103 a20e 040c efbeadde 00000000 01000000');
    expect(sentence(refusing(62, { eData }))).toMatch(/^the KDC does not trust .* 62, 0xDEADBEEF\)$/);
    expect(sentence(refusing(-7))).toBe('the KDC refuses with a code that no specification names (error -7)');
  });
  it('with what the KDC would have taken', () => {
    expect(sentence(refusing(80, { eData: vector(80) }))).toMatch(/; the KDC takes SHA-384; SHA-512; 1\.2\.3\)$/);
    expect(sentence(refusing(71, { eData: vector(71) }))).toMatch(/; the KDC cannot use 2a of CN=Logon CA 2A\)$/);
  });
  it("of one line, whatever is in the KDC's text", () => {
    const eText = `no\u0000 such\r\n\u001b[31m"user"\u2028${'😀'.repeat(200)}`;
    const { text = '' } = explainRefusal(refusing(6, { eText }));
    expect(text).toMatch(/^no such \[31m'user' (?:😀)+$/u);
    expect([...text]).toHaveLength(120);
    expect(explainRefusal(refusing(6, { eText: '\n\0 ' })).text).toBeUndefined();
  });
});

describe('the tables', () => {
  /** RFC 4120 7.5.9, RFC 4556 3.1.3, RFC 6113 8.2, RFC 8636 8. */
  const named = [
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29],
    ...[31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 44, 45, 46, 47, 48, 49, 50, 51, 52, 60, 61],
    ...[62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 90, 91, 92, 93, 100],
  ];
  const statuses = [
    ...[0xc000006d, 0xc000006e, 0xc0000064, 0xc0000070, 0xc000006f, 0xc0000071, 0xc0000072, 0xc0000193, 0xc0000234, 0xc0000224],
    ...[0xc0000320, ...Array.from({ length: 14 }, (_, i) => 0xc0000380 + i), 0xc000018b],
  ];
  const results = [
    ...[0x80092010, 0x80092012, 0x80092013, 0x800b0101, 0x800b0109, 0x800b010a, 0x800b010c, 0x800b0112, 0x80090325],
  ];
  const meanings: readonly (Meaning | undefined)[] = [
    ...named.map(krbErrorMeaning),
    ...statuses.map(ntStatusMeaning),
    ...results.map(hresultMeaning),
  ];
  it('know every code of the specifications, each once', () => {
    expect(krbErrorCodes).toEqual(named);
    expect(meanings.filter((meaning) => !meaning)).toEqual([]);
    const names = meanings.map((meaning) => meaning?.name);
    expect(new Set(names).size).toBe(names.length);
  });
  it('say cause, place and fix in one clause each', () => {
    for (const meaning of meanings) {
      expect(meaning?.name).toMatch(/^[A-Z][A-Z0-9_]+$/);
      for (const clause of [meaning?.cause, meaning?.look, meaning?.fix])
        expect(clause).toMatch(/^(?:[a-z`]|CA\b|DNS\b|KDC\b|Mayfly\b|PKINIT\b)[^\n]*[^.\n]$/);
    }
  });
  it('tell NTSTATUS from HRESULT', () => {
    expect([ntStatusMeaning(0x80092010), hresultMeaning(0xc0000072)]).toEqual([undefined, undefined]);
    expect(statusMeaning(0x80092010)?.name).toBe('CRYPT_E_REVOKED');
  });
});

describe('hostile e-data', () => {
  const good = fc.constantFrom(...errorData.map((v) => bytes(v.bytes)));
  const eData = fc.oneof(mutated(good), fc.uint8Array({ maxLength: 80 }));
  const errors = fc.record({
    eData,
    eText: fc.string({ unit: 'binary', maxLength: 200 }),
    errorCode: fc.integer({ min: -2, max: 101 }),
  });
  property('ends in one line that can be printed', errors, ({ errorCode, ...more }) => {
    const said = sentence(refusing(errorCode, more));
    if (/\p{Cc}|\p{Cs}/u.test(said) || said.length > 900) throw new Error(`not one line: ${JSON.stringify(said)}`);
  });
});
