import { describe, expect, it } from 'vitest';
import { issue, type Prepared, prepare } from '../../src/pki/issue.ts';
import { lints } from '../../src/pki/lint.ts';
import { decode } from '../../src/wire/codec.ts';
import { any, sequence } from '../../src/wire/der.ts';
import { bitString } from '../../src/wire/der-primitives.ts';
import { readCertificate } from '../../src/x509/certificate.ts';
import type { Signer } from '../../src/x509/signature-algorithm.ts';
import { contextFor, goodRequest, keylessIssuer, madeCa, now, preparedOf } from './made-issuance.ts';

const ca = await madeCa('P-256');
const context = contextFor(ca.issuer);
const outer = sequence({ tbs: any, algorithm: any, signature: bitString });

describe('prepare', () => {
  it('tells every fault at once, in the order of the lints', () => {
    const bad = {
      cardId: '',
      account: '',
      userPrincipalName: 'а\u202eb$@evil.test@other.test.',
      sid: 'S-1-5-21-1-2-3-500',
      subjectPublicKeyInfo: new Uint8Array(),
      lifetime: 1e6,
    };
    const issuer = { ...ca.issuer, crlUrls: [], notAfter: now };
    const refusedSidList = { state: 'unusable', reason: 'the list is stale' } as const;
    const preparation = prepare(bad, { ...context, issuer, refusedSidList, random: new Uint8Array(), isKnownKey: () => true });
    const told = preparation.ok ? [] : preparation.faults.map((fault) => fault.lint);
    const silent = ['sid-form', 'extended-key-usage'];
    expect(told).toEqual(lints.map(({ name }) => name).filter((name) => !silent.includes(name)));
  });
  it('takes its times and its serial number from what it is given and nowhere else', () => {
    const { certificate } = preparedOf(goodRequest, context);
    expect(certificate).toMatchObject({ notBefore: now - 300, notAfter: now + 300 });
    expect(Buffer.from(certificate.serialNumber).toString('hex')).toBe('7f0102030405060708090a0b0c0d0e0f');
    expect(preparedOf(goodRequest, context).certificate).toEqual(certificate);
    const zeros = preparedOf(goodRequest, { ...context, random: new Uint8Array(16) });
    expect(zeros.certificate.serialNumber[0]).toBe(0x40);
  });
  it('leaves the random octets it was given as they were', () => {
    const random = new Uint8Array(16).fill(0xff);
    preparedOf(goodRequest, { ...context, random });
    expect(random).toEqual(new Uint8Array(16).fill(0xff));
  });
});

describe('issue', () => {
  it('signs the bytes that were prepared, whatever has become of the request since', async () => {
    const spki = Uint8Array.from(goodRequest.subjectPublicKeyInfo);
    const request = { ...goodRequest, subjectPublicKeyInfo: spki };
    const prepared = preparedOf(request, context);
    const first = await issue(prepared, ca.issuer, ca.signer);
    spki.fill(0);
    Object.assign(request, { userPrincipalName: 'root@corp.test' });
    prepared.certificate.serialNumber.fill(1);
    const signed: Uint8Array[] = [];
    const watching: Signer = {
      ...ca.signer,
      sign(tbs) {
        signed.push(Uint8Array.from(tbs));
        return ca.signer.sign(tbs);
      },
    };
    const second = await issue(prepared, ca.issuer, watching);
    expect(signed).toHaveLength(1);
    expect(decode(outer, second).tbs).toEqual(decode(outer, first).tbs);
    expect(decode(outer, second).tbs).toEqual(signed[0]);
    expect(readCertificate(second).serialNumber).toBe('7f0102030405060708090a0b0c0d0e0f');
  });
  it('refuses what was not prepared: by its type, and by what it is', async () => {
    const { certificate } = preparedOf(goodRequest, context);
    const tbs = Uint8Array.of(0x30, 0);
    // @ts-expect-error an object that merely looks prepared is of another type
    const lookalike: Prepared = { certificate, tbs };
    // @ts-expect-error nor has every preparation something to issue: whether it has, must be asked
    const nothing: unknown = prepare({ ...goodRequest, sid: '' }, context).prepared;
    expect(nothing).toBeUndefined();
    const real = preparedOf(goodRequest, context);
    const forgeries: readonly unknown[] = [
      lookalike,
      Object.create(real),
      Object.create(Object.getPrototypeOf(real) as object),
      new Proxy(real, {}),
      structuredClone(certificate),
      { ...real },
      tbs,
    ];
    const never: Signer = { ...ca.signer, sign: () => Promise.reject(new Error('something unprepared was signed')) };
    for (const forgery of forgeries) {
      await expect(issue(forgery as Prepared, ca.issuer, never)).rejects.toMatchObject({ code: 'not-prepared' });
    }
  });
  it("does not put one CA's name under another's key", async () => {
    const prepared = preparedOf(goodRequest, contextFor(keylessIssuer));
    await expect(issue(prepared, ca.issuer, ca.signer)).rejects.toMatchObject({ code: 'not-prepared' });
    await expect(issue(prepared, { ...keylessIssuer }, ca.signer)).rejects.toMatchObject({ code: 'not-prepared' });
  });
  it('lets a signer that fails fail the issuance', async () => {
    const failing: Signer = { ...ca.signer, sign: () => Promise.reject(new Error('token removed')) };
    await expect(issue(preparedOf(goodRequest, context), ca.issuer, failing)).rejects.toThrow('token removed');
  });
});
