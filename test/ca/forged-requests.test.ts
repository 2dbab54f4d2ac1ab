import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LogonRequest } from '../../src/pki/issue.ts';
import { LISTED_SID, logonRequest, madeCa, publicKey, REFUSED_SID } from './made-ca.ts';
import {
  crlRequest,
  describeRequest,
  integer,
  issueRequest,
  type RawConnection,
  revokeRequest,
  tlv,
  utf8,
} from './raw-connection.ts';
import { type ServedCa, servedCa } from './served-ca.ts';

/** What a front that is not ours any more could send: straight to the socket, by nothing of the client's code. */
let ca: ServedCa;
let front: RawConnection;
beforeAll(async () => {
  ca = await servedCa(await madeCa());
  front = await ca.connect();
});
const issuedInLog = () =>
  readFileSync(ca.folder.logFile, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"issued"'));

async function isRefused(message: Uint8Array, reason: string): Promise<void> {
  const before = readFileSync(ca.folder.logFile, 'utf8');
  const told = ca.refused.length;
  const reply = await front.ask(message);
  expect(reply).toMatchObject({ tag: 0xa4 });
  expect(reply?.text).toContain(reason);
  expect(ca.refused.slice(told), "the CA process's own output names it").toHaveLength(1);
  expect(ca.refused.at(-1)).toContain(reason);
  expect(readFileSync(ca.folder.logFile, 'utf8'), 'nothing was logged as issued').toBe(before);
}

it('the same request without the forgery is granted', async () => {
  expect(await front.ask(issueRequest(logonRequest()))).toMatchObject({ tag: 0xa0 });
  expect(issuedInLog()).toHaveLength(1);
});

describe('a forged issue request', () => {
  const forged: readonly [string, Partial<LogonRequest>, string][] = [
    ['another UPN suffix', { userPrincipalName: 'alice@evil.example' }, "the UPN suffix is none of this CA's"],
    ['a longer suffix that ends alike', { userPrincipalName: 'alice@xcorp.example' }, "the UPN suffix is none of this CA's"],
    ['a suffix below the allowed one', { userPrincipalName: 'alice@a.corp.example' }, "the UPN suffix is none of this CA's"],
    ['two suffixes', { userPrincipalName: 'alice@evil.example@corp.example' }, 'several @'],
    ['a NUL in the UPN', { userPrincipalName: 'admin\0@corp.example' }, 'control character'],
    ['a Cyrillic letter in the UPN', { userPrincipalName: 'аdmin@corp.example' }, 'mixes scripts'],
    ['no UPN', { userPrincipalName: '' }, 'no user principal name'],
    ['a SID on the refused list', { sid: REFUSED_SID }, "stands on the CA's list of refused SIDs"],
    ["a SID on the directory's list", { sid: LISTED_SID }, 'stands on the list of refused SIDs'],
    ['the built-in Administrator', { sid: 'S-1-5-21-1-2-3-500' }, 'RID 500 is built in'],
    ['krbtgt', { sid: 'S-1-5-21-1-2-3-502' }, 'RID 502 is built in'],
    ['a refused SID with a leading zero', { sid: REFUSED_SID.replace('-1666', '-01666') }, 'not one of a domain account'],
    ['a refused SID in lower case', { sid: REFUSED_SID.toLowerCase() }, 'not one of a domain account'],
    ['a refused SID with a blank behind it', { sid: `${REFUSED_SID} ` }, 'not one of a domain account'],
    ['a refused SID with a line feed behind it', { sid: `${REFUSED_SID}\n` }, 'not one of a domain account'],
    ['a well-known SID', { sid: 'S-1-5-18' }, 'not one of a domain account'],
    ['a lifetime of 31 minutes', { lifetime: 31 * 60 }, 'over 30 minutes away'],
    ['a lifetime one second too long', { lifetime: 30 * 60 + 1 }, 'over 30 minutes away'],
    ['the longest lifetime there is', { lifetime: 2 ** 31 - 1 }, 'over 30 minutes away'],
    ['a lifetime of nothing', { lifetime: 0 }, 'not-after is not in the future'],
    ['a negative lifetime', { lifetime: -1 }, 'not-after is not in the future'],
    ['the most negative lifetime', { lifetime: -(2 ** 31) }, 'not-after is not in the future'],
    ['no key', { subjectPublicKeyInfo: new Uint8Array() }, 'the public key cannot be read'],
    ['garbage for a key', { subjectPublicKeyInfo: new Uint8Array(300).fill(0x30) }, 'the public key cannot be read'],
    ['a card id that would continue the subject', { cardId: 'x,CN=admin' }, 'the card id is not'],
    ['an account of control characters', { account: 'a\u202eb' }, 'the account name has a control'],
    ['a huge UPN', { userPrincipalName: `${'a'.repeat(12_000)}@corp.example` }, 'over 256 characters'],
    ['a huge account', { account: 'a'.repeat(12_000) }, 'over 64 characters'],
    ['a huge SID', { sid: `S-1-5-21-${'1'.repeat(12_000)}` }, 'not one of a domain account'],
    ['a huge card id', { cardId: 'a'.repeat(12_000) }, 'the card id is not'],
  ];
  it.each(forged)('with %s is refused', async (_, change, reason) => {
    await isRefused(issueRequest(logonRequest(change)), reason);
  });
  it('names every fault, not the first alone', async () => {
    const reply = await front.ask(
      issueRequest(logonRequest({ userPrincipalName: 'a@evil.example', sid: 'S-1-5-18', lifetime: 7200 })),
    );
    for (const reason of ['UPN suffix', 'domain account', '30 minutes']) expect(reply?.text).toContain(reason);
  });
  const anyPurpose = tlv(0x30, tlv(0x06, Buffer.from('551d2500', 'hex')));
  it.each([
    ['an extended key usage', anyPurpose],
    ['a tagged extended key usage', tlv(0xa0, anyPurpose)],
    ['one lifetime more', integer(60)],
    ['an empty field', tlv(0x05)],
    ['half a field', Uint8Array.of(0x30)],
    ['zero octets', new Uint8Array(8)],
  ])('with %s more than the protocol has is refused', async (_, more) => {
    await isRefused(issueRequest(logonRequest(), more), 'the request is not one that this CA knows');
  });
  it('with a field less, fields in another order or bytes left over is refused', async () => {
    const r = logonRequest();
    const whole = issueRequest(r);
    const swapped = tlv(
      0xa0,
      tlv(
        0x30,
        utf8(r.account),
        utf8(r.cardId),
        utf8(r.sid),
        utf8(r.userPrincipalName),
        integer(300),
        tlv(0x04, r.subjectPublicKeyInfo),
      ),
    );
    const short = tlv(0xa0, tlv(0x30, utf8(r.cardId), utf8(r.account)));
    for (const message of [swapped, short, Buffer.concat([whole, Uint8Array.of(0)]), whole.subarray(0, -1), new Uint8Array()]) {
      await isRefused(message, 'the request is not one that this CA knows');
    }
  });
  it('for a key that was certified before is refused, over another connection too', async () => {
    const subjectPublicKeyInfo = publicKey();
    expect(await (await ca.connect()).ask(issueRequest(logonRequest({ subjectPublicKeyInfo })))).toMatchObject({ tag: 0xa0 });
    await isRefused(issueRequest(logonRequest({ subjectPublicKeyInfo })), 'a certificate for this key has been issued before');
  });
  it('for a card that was certified before is refused', async () => {
    const { cardId } = logonRequest();
    expect(await front.ask(issueRequest(logonRequest({ cardId })))).toMatchObject({ tag: 0xa0 });
    await isRefused(issueRequest(logonRequest({ cardId })), 'a certificate for this card id has been issued before');
  });
  it('sent on twenty connections at once is granted once', async () => {
    const before = issuedInLog().length;
    const message = issueRequest(logonRequest());
    const connections = await Promise.all(Array.from({ length: 20 }, () => ca.connect()));
    const replies = await Promise.all(connections.map((connection) => connection.ask(message)));
    expect(replies.filter((reply) => reply?.tag === 0xa0)).toHaveLength(1);
    expect(replies.filter((reply) => reply?.tag === 0xa4)).toHaveLength(19);
    expect(issuedInLog()).toHaveLength(before + 1);
    for (const connection of connections) connection.close();
  });
});

describe('other requests', () => {
  it.each([
    ['an unknown kind', tlv(0xa4, tlv(0x05))],
    ['a universal type', tlv(0x30)],
    ['a boolean that is neither', tlv(0xa2, tlv(0x01, Uint8Array.of(1)))],
    ['a describe with content', tlv(0xa3, tlv(0x05, Uint8Array.of(0)))],
    ['an indefinite length', Buffer.from('a080300000000000', 'hex')],
    ['a length that is not minimal', Buffer.from('a381020500', 'hex')],
    ['text that is not UTF-8', tlv(0xa0, tlv(0x30, tlv(0x0c, Uint8Array.of(0xff, 0xfe))))],
  ])('%s is refused', async (_, message) => {
    await isRefused(message, 'the request is not one that this CA knows');
  });
  it.each([
    ['a serial number that was never issued', '40'.repeat(16), 0, 'has issued no certificate with that serial number'],
    ['an empty serial number', '', 0, 'has issued no certificate with that serial number'],
    ['a huge serial number', 'ff'.repeat(10_000), 0, 'has issued no certificate with that serial number'],
    ['a reason this CA does not give (cACompromise)', '40'.repeat(16), 2, 'the reason is none that this CA gives'],
    ['a reason that takes a revocation back (removeFromCRL)', '40'.repeat(16), 8, 'the reason is none that this CA gives'],
  ])('revoking %s is refused', async (_, serial, reason, told) => {
    await isRefused(revokeRequest(serial, reason), told);
  });
  it('the connection that sent all this is still served', async () => {
    expect(await front.ask(describeRequest)).toMatchObject({ tag: 0xa3 });
    expect(await front.ask(crlRequest(false))).toMatchObject({ tag: 0xa2 });
    expect(ca.failed).toEqual([]);
  });
});
