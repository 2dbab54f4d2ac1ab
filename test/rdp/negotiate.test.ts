import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acceptNegotiation, negotiate } from '../../src/rdp/negotiate.ts';
import type { NegotiationAnswer } from '../../src/rdp/negotiation.ts';
import { failureCode, securityProtocol } from '../../src/rdp/negotiation-code.ts';
import { confirmVectors } from '../vectors/rdp/negotiation.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { property, same } from '../wire/property.ts';
import { plain } from './length-forms.ts';
import { against, CERTIFICATE, play } from './play.ts';

const offer = { cookie: 'ada', negotiation: { flags: 0, protocols: securityProtocol.ssl | securityProtocol.hybrid } };
const answered = (answer: NegotiationAnswer | undefined) =>
  play(
    negotiate(offer),
    acceptNegotiation(() => answer),
  );

describe('a client and a host', () => {
  it('agree on CredSSP, and TLS is up', () => {
    const { client, host, tls } = answered({ kind: 'response', flags: 1, protocol: securityProtocol.hybrid });
    expect(client).toEqual({ kind: 'selected', protocol: 2, flags: 1, certificate: CERTIFICATE });
    expect(host.request).toEqual({ destination: 0, source: 0, classOption: 0, ...offer });
    expect(tls).toBe(true);
  });
  it('do not agree: the host demands NLA', () => {
    const { client, tls } = play(
      negotiate({ negotiation: { flags: 0, protocols: securityProtocol.ssl } }),
      acceptNegotiation(() => ({ kind: 'failure', flags: 0, code: failureCode.hybridRequiredByServer })),
    );
    expect(client).toMatchObject({
      kind: 'refused',
      code: 5,
      name: 'HYBRID_REQUIRED_BY_SERVER',
      sentence: 'the host demands Network Level Authentication',
    });
    expect(tls).toBe(false);
  });
  it.each([
    ['says nothing', undefined],
    ['selects it', { kind: 'response', flags: 0, protocol: securityProtocol.rdp } as const],
  ])('part where the host knows standard RDP security only and %s', (_, answer) => {
    const { client, tls } = answered(answer);
    expect(client.kind).toBe('standard-security-only');
    expect(tls).toBe(false);
  });
  it.each([
    ['that was not offered', securityProtocol.rdstls, '0x4'],
    ['twice', securityProtocol.ssl | securityProtocol.hybrid, '0x3'],
    ['of the far future', 0x8000_0000, '0x80000000'],
  ])('part where the host selects a protocol %s', (_, protocol, shown) => {
    expect(() => answered({ kind: 'response', flags: 0, protocol })).toThrow(
      expect.objectContaining({ code: 'rdp-negotiation', message: `the host selected protocol ${shown} where 0x3 was offered` }),
    );
  });
});
describe('against recorded hosts', () => {
  it.each(confirmVectors)('$what', (vector) => {
    const kinds = {
      response:
        vector.confirm.answer?.kind === 'response' && vector.confirm.answer.protocol !== 0
          ? 'selected'
          : 'standard-security-only',
      failure: 'refused',
    };
    const { value, sent } = against(negotiate(offer), bytes(vector.bytes));
    expect(value.kind).toBe(kinds[vector.confirm.answer?.kind ?? 'response']);
    expect(sent.map(hex)).toEqual([
      hex(bytes('03000029 24 e0 0000 0000 00 436f6f6b69653a206d737473686173683d6164610d0a 01 00 0800 03000000')),
    ]);
  });
  it('a host that takes no connection', () => {
    expect(() => against(negotiate(offer), bytes('0300000b 06 80 0000 0000 01'))).toThrow(
      expect.objectContaining({ code: 'rdp-negotiation', message: 'the host takes no connection (X.224 disconnect, reason 1)' }),
    );
  });
});
const protocols = [1, 2, 4, 8, 16];
const anyOffer = plain({
  negotiation: plain({
    flags: fc.constantFrom(0, 1, 2),
    protocols: fc.subarray(protocols, { minLength: 1 }).map((p) => p.reduce((a, b) => a | b)),
  }),
  cookie: fc.string({ unit: fc.constantFrom(...'abcXYZ\\@. '), maxLength: 20 }),
});
property(
  'negotiations end alike on both sides, whatever is offered and answered',
  fc.tuple(anyOffer, fc.constantFrom(...protocols), fc.nat(0xff), fc.option(fc.nat(9)), fc.integer({ min: 1, max: 60 })),
  ([made, protocol, flags, code, piece]) => {
    const fits = (protocol & made.negotiation.protocols) !== 0;
    const answer = (): NegotiationAnswer =>
      code !== null || !fits ? { kind: 'failure', flags: 0, code: code ?? 0 } : { kind: 'response', flags, protocol };
    const { client, host, tls } = play(negotiate(made), acceptNegotiation(answer), piece);
    same(host.request, { destination: 0, source: 0, classOption: 0, ...made }, 'request');
    same(tls, client.kind === 'selected', 'TLS');
    if (client.kind === 'selected') same([client.protocol, client.flags], [protocol, flags], 'selected');
    else same(client.kind === 'refused' && client.code, code ?? 0, 'refused');
  },
);
