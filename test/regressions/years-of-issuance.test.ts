import { expect, it } from 'vitest';
import type { LogEntry } from '../../src/ca/issuance-log.ts';
import { IssuedCertificates } from '../../src/ca/issued-certificates.ts';

const issued = (serialNumber: string, notAfter: number): LogEntry => ({
  event: 'issued',
  at: notAfter - 300,
  serialNumber,
  notAfter,
  userPrincipalName: 'alice@corp.example',
  sid: 'S-1-5-21-1-2-3-1105',
  account: 'alice',
  cardId: `card-${serialNumber}`,
  keyDigest: `key-${serialNumber}`,
  certificateDigest: 'ab',
});
const DAY = 24 * 3600;

// All of a log was held in memory before the old was dropped: a million lines took 750 MB and 25 seconds at every start.
it('recalls at start only what still matters', () => {
  const now = 1_800_000_000;
  const memory = new IssuedCertificates();
  for (let i = 0; i < 1000; i++) memory.recall(issued(String(i), now - DAY - 1 - i), now);
  expect(memory.size).toBe(0);
  memory.recall(issued('ended', now - 60), now);
  memory.recall(issued('live', now + 60), now);
  expect(memory.size).toBe(2);
  expect(memory.isKnownKey('key-ended')).toBe(true);
  expect(memory.isKnownCard('card-live')).toBe(true);
});
// A revocation whose certificate is no longer recalled must still reach one CRL past its end, RFC 5280 3.3.
it('recalls every revocation that a CRL has still to carry', () => {
  const now = 1_800_000_000;
  const memory = new IssuedCertificates();
  memory.recall(issued('old', now - 2 * DAY), now);
  memory.recall(
    { event: 'revoked', at: now - 2 * DAY - 60, serialNumber: 'old', notAfter: now - 2 * DAY, reason: 'keyCompromise' },
    now,
  );
  memory.forget(now);
  expect([...memory.revocations].map(({ serialNumber }) => serialNumber)).toEqual(['old']);
  memory.recall({ event: 'crl', at: now - DAY, number: 1, crlDigest: 'ab' }, now);
  memory.forget(now);
  expect([...memory.revocations]).toEqual([]);
});
