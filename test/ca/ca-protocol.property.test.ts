import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CaReply, type CaRequest, caReply, caRequest } from '../../src/ca/ca-protocol.ts';
import { frame, messages } from '../../src/ca/message-stream.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { fuzzRuns } from '../fuzz-runs.ts';
import { codecHolds } from '../wire/property.ts';

const int32 = fc.oneof(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.constantFrom(0, 1, -1, 127, 128, -128, -129));
const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.string({ maxLength: 300, minLength: 100 }));
const octets = fc.uint8Array({ maxLength: 300 });
const nothing = fc.constant(null);
/** Records as the codecs make them, with a prototype. */
function record<T>(fields: { readonly [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record(fields, { noNullPrototype: true }) as fc.Arbitrary<T>;
}
const time = fc.integer({ min: 0, max: 253_402_300_799 });
const request: fc.Arbitrary<CaRequest> = fc.oneof(
  record({
    kind: fc.constant('issue' as const),
    value: record({
      cardId: text,
      account: text,
      userPrincipalName: text,
      sid: text,
      subjectPublicKeyInfo: octets,
      lifetime: int32,
    }),
  }),
  record({ kind: fc.constant('revoke' as const), value: record({ serialNumber: octets, reason: int32 }) }),
  record({ kind: fc.constant('crl' as const), value: fc.boolean() }),
  record({ kind: fc.constant('describe' as const), value: nothing }),
);
const settledDescription = {
  subject: text,
  keyId: octets,
  notAfter: time,
  lab: fc.boolean(),
  maxLifetime: int32,
  upnSuffixes: fc.array(text, { maxLength: 5 }),
  refusedSids: int32,
  crlUrls: fc.array(text, { maxLength: 3 }),
  exceptedSids: fc.array(text, { maxLength: 3 }),
};
const description = fc.oneof(record(settledDescription), record({ ...settledDescription, refusedSidListFault: text }));
const reply: fc.Arbitrary<CaReply> = fc.oneof(
  record({ kind: fc.constant('issued' as const), value: record({ certificate: octets, serialNumber: octets, notAfter: time }) }),
  record({ kind: fc.constant('revoked' as const), value: record({ crlNumber: int32 }) }),
  record({ kind: fc.constant('crl' as const), value: octets }),
  record({ kind: fc.constant('description' as const), value: description }),
  record({
    kind: fc.constant('refused' as const),
    value: fc.array(record({ lint: text, reason: text, source: text }), { maxLength: 4 }),
  }),
  record({
    kind: fc.constant('failed' as const),
    value: fc.oneof(record({ code: text, message: text, next: text }), record({ code: text, message: text })),
  }),
);
codecHolds('caRequest', caRequest, request, { tags: [0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0x30] });
codecHolds('caReply', caReply, reply, { tags: [0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6] });

/** All messages of these pieces, or the code of the error that ends them. */
async function read(pieces: readonly Uint8Array[], longest: number): Promise<{ found: Uint8Array[]; code?: string }> {
  const stream = new PassThrough();
  for (const piece of pieces) stream.write(piece);
  stream.end();
  const found: Uint8Array[] = [];
  try {
    for await (const message of messages(stream as unknown as Socket, longest, 5000)) found.push(message);
    return { found };
  } catch (e) {
    if (e instanceof MayflyError) return { found, code: e.code };
    throw e;
  }
}
function cut(whole: Uint8Array, at: readonly number[]): Uint8Array[] {
  const places = [0, ...at.map((n) => n % (whole.length + 1)).sort((a, b) => a - b), whole.length];
  return places.slice(1).map((end, i) => whole.subarray(places[i], end));
}
describe('messages', () => {
  const cuts = fc.array(fc.nat(5000), { maxLength: 12 });
  it('come back as they were framed, however they are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 }), cuts, async (sent, at) => {
        const { found, code } = await read(cut(Buffer.concat(sent.map(frame)), at), 200);
        expect(code).toBeUndefined();
        expect(found.map((m) => Buffer.from(m).toString('hex'))).toEqual(sent.map((m) => Buffer.from(m).toString('hex')));
      }),
      { numRuns: fuzzRuns },
    );
  });
  it('of any octets at all are within the bound, and the end within one is an error by name', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), cuts, async (bytes, at) => {
        const { found, code } = await read(cut(bytes, at), 64);
        const taken = found.reduce((sum, m) => sum + m.length + 4, 0);
        for (const message of found) expect(message.length).toBeLessThanOrEqual(64);
        if (code === undefined) expect(taken).toBe(bytes.length);
        else expect(['message-too-long', 'message-cut-short']).toContain(code);
      }),
      { numRuns: fuzzRuns },
    );
  });
});
