import fc from 'fast-check';
import { describe } from 'vitest';
import { caFindings } from '../../src/pki/ca-certificate-findings.ts';
import { lint } from '../../src/pki/lint.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { readCaRequest } from '../../src/x509/ca-certificate.ts';
import { readCertificate } from '../../src/x509/certificate.ts';
import { readCrlTimes } from '../../src/x509/crl.ts';
import { describeKey, keyIdentifier } from '../../src/x509/public-key.ts';
import { contextFor, goodRequest, keylessIssuer, now } from '../pki/made-issuance.ts';
import { cardKeys, refusedKeys } from '../vectors/x509/subject-keys.ts';
import { mutated, property, same } from '../wire/property.ts';
import { makeChain } from './made-chain.ts';

const { leaf, middle, root, crls } = makeChain();
const keys = [...Object.values(cardKeys), ...Object.values(refusedKeys)];
const hostile = (...good: readonly Uint8Array[]) =>
  fc.oneof(
    { weight: 6, arbitrary: mutated(fc.constantFrom(...good)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  );
/** The value, or `undefined` where it was refused as it should be. */
function orRefused<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (e) {
    if (e instanceof MayflyError) return undefined;
    throw e;
  }
}

describe('hostile bytes are read or refused', () => {
  property(
    'as a certificate, and what was read can be held against what was asked',
    hostile(leaf.der, middle.der, root.der),
    (der) => {
      const facts = orRefused(() => readCertificate(der));
      if (!facts) return;
      same([facts.notBefore, facts.notAfter].every(Number.isSafeInteger), true, 'times');
      const { faults, notes } = caFindings(facts, { now, publicKey: facts.publicKey, ekuConstraint: true });
      same(
        [...faults, ...notes].every((text) => typeof text === 'string' && text !== ''),
        true,
        'findings',
      );
    },
  );
  property('as a CRL', hostile(...crls), (der) => void orRefused(() => readCrlTimes(der)));
  property('as a request', hostile(leaf.der), (der) => void orRefused(() => readCaRequest(der)));
  property('as a public key: described or refused, and never certified unless it is the one it was', hostile(...keys), (spki) => {
    orRefused(() => describeKey(spki));
    orRefused(() => keyIdentifier(spki));
    const certificate = {
      ...goodRequest,
      subjectPublicKeyInfo: spki,
      serialNumber: new Uint8Array(16).fill(1),
      notBefore: now,
      notAfter: now + 1,
      extendedKeyUsage: [],
    };
    const faults = lint(certificate, contextFor(keylessIssuer)).map((fault) => fault.lint);
    const described = orRefused(() => describeKey(spki));
    const fit = described?.type === 'ec' ? described.curve === 'P-256' : described?.type === 'rsa' && 2048 <= described.bits;
    if (!faults.includes('public-key')) same(fit, true, 'fitness of a key that no lint refused');
  });
});

describe('text of any kind ends in faults, not in a throw', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.array(fc.nat(0xffff), { maxLength: 20 }).map((units) => String.fromCharCode(...units)),
    fc.string({ unit: 'grapheme', maxLength: 20 }).map((prefix) => `${prefix}@corp.test`),
  );
  property('account, UPN, SID and card id', fc.tuple(text, text, text, text), ([account, userPrincipalName, sid, cardId]) => {
    const certificate = {
      ...goodRequest,
      ...{ account, userPrincipalName, sid, cardId },
      serialNumber: new Uint8Array(16).fill(1),
      notBefore: now,
      notAfter: now + 1,
      extendedKeyUsage: [],
    };
    lint(certificate, contextFor(keylessIssuer));
  });
});
