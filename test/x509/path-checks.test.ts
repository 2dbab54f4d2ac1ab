import { describe } from 'vitest';
import { implicit, sequence } from '../../src/wire/der.ts';
import { int32 } from '../../src/wire/der-primitives.ts';
import { keyUsage } from '../../src/x509/extensions.ts';
import { caExtensions, dNSNames, ecKey, endEntity, made, now, rsaKey } from './made-certificate.ts';
import { serverExtensions } from './made-chain.ts';
import { excluded, permitted, unknown } from './made-extensions.ts';
import { refuses } from './wrong-chain.ts';

const rsa2048 = rsaKey();
const rsa1024 = rsaKey(1024);

describe('a path that is wrong in one way', () => {
  refuses({
    expired: { change: { leaf: { notAfter: now - 1 } }, reason: /has expired/, at: 0 },
    'not yet valid': { change: { leaf: { notBefore: now + 1 } }, reason: /not yet valid/, at: 0 },
    'expired intermediate': { change: { middle: { notAfter: now - 1 } }, reason: /has expired/, at: 1 },
    'expired anchor': { change: { root: { notAfter: now - 1 } }, reason: /has expired/, at: 2 },
    'path too long for the root': {
      change: { root: { extensions: caExtensions(0) } },
      reason: /path is longer than the ca allows, 0/,
      at: 2,
    },
    'ca false in the middle': {
      change: { middle: { extensions: [endEntity(), keyUsage(5)] } },
      reason: /issuer is not a ca/,
      at: 1,
    },
    'no basic constraints in the middle': {
      change: { middle: { extensions: [keyUsage(5)] } },
      reason: /issuer is not a ca/,
      at: 1,
    },
    'missing keyCertSign': {
      change: { middle: { extensions: caExtensions(undefined, [0, 6]) } },
      reason: /does not allow signing certificates/,
      at: 1,
    },
    'unknown critical extension': {
      change: { leaf: { more: [unknown] } },
      reason: /critical extension 1\.3\.6\.1\.4\.1\.99999\.1 is not understood/,
      at: 0,
    },
    'unknown critical extension in a ca': {
      change: { middle: { more: [unknown] } },
      reason: /critical extension .* is not understood/,
      at: 1,
    },
    'policy constraints': {
      change: {
        middle: {
          more: [made('2.5.29.36', sequence({ requireExplicitPolicy: implicit(0, int32) }), { requireExplicitPolicy: 0 }, true)],
        },
      },
      reason: /critical extension 2\.5\.29\.36 is not understood/,
      at: 1,
      openssl: 'laxer',
    },
    'sha-1 leaf': { change: { leaf: { signing: { hash: 'sha1' } } }, reason: /signed with sha-1/, at: 0 },
    'sha-1 intermediate': { change: { middle: { signing: { hash: 'sha1' } } }, reason: /signed with sha-1/, at: 1 },
    'md5 leaf': {
      change: { middle: { key: rsa2048 }, leaf: { signing: { hash: 'md5' } } },
      reason: /signature algorithm is not supported/,
      at: 0,
    },
    'rsa-1024 leaf': { change: { leaf: { key: rsa1024 } }, reason: /rsa key has 1024 bits/, at: 0 },
    'rsa-1024 ca': { change: { middle: { key: rsa1024 } }, reason: /rsa key has 1024 bits/, at: 1 },
    'curve that is not one of ours': {
      change: { leaf: { key: ecKey('secp256k1') } },
      reason: /key algorithm .* is not supported/,
      at: 0,
      openssl: 'laxer',
    },
  });
});

describe('names outside a constraint', () => {
  refuses({
    'name not permitted': {
      change: { middle: { more: [permitted('other.test')] } },
      reason: /dc1\.corp\.test is not permitted/,
      at: 0,
    },
    'name permitted but for a label': {
      change: { middle: { more: [permitted('1.corp.test')] } },
      reason: /is not permitted/,
      at: 0,
    },
    'name excluded': { change: { root: { more: [excluded('corp.test')] } }, reason: /is excluded/, at: 0 },
    'wildcard that reaches an excluded name': {
      change: {
        middle: { more: [excluded('dc1.corp.test')] },
        leaf: { extensions: [...serverExtensions().slice(0, 3), dNSNames('*.corp.test')] },
      },
      reason: /is excluded/,
      at: 0,
      openssl: 'laxer',
    },
  });
});
