import { describe, expect, it } from 'vitest';
import { encode } from '../../src/wire/codec.ts';
import { any, octetString } from '../../src/wire/der.ts';
import { extKeyUsage, keyUsage } from '../../src/x509/extensions.ts';
import { oid } from '../../src/x509/oid.ts';
import { verifyChain } from '../../src/x509/verify-chain.ts';
import { endEntity, made, type makeCertificate } from './made-certificate.ts';
import { makeChain } from './made-chain.ts';
import { refuses } from './wrong-chain.ts';

describe('a path for another purpose', () => {
  refuses({
    'eku missing': {
      change: { leaf: { extensions: [endEntity(), keyUsage(0)] } },
      reason: /extended key usage does not allow/,
      at: 0,
      openssl: 'laxer',
    },
    'eku of another purpose': {
      change: { leaf: { extensions: [endEntity(), keyUsage(0), extKeyUsage([oid.clientAuth])] } },
      reason: /extended key usage does not allow/,
      at: 0,
    },
    'eku any': {
      change: { leaf: { extensions: [endEntity(), extKeyUsage([oid.anyExtendedKeyUsage])] } },
      reason: /extended key usage does not/,
      at: 0,
    },
    'eku not allowed by a ca': {
      change: { middle: { more: [extKeyUsage([oid.clientAuth])] } },
      reason: /extended key usage of the ca/,
      at: 1,
    },
    'eku not allowed by the root': {
      change: { root: { more: [extKeyUsage([oid.clientAuth])] } },
      reason: /extended key usage of the ca/,
      at: 2,
    },
    'key usage without digitalSignature': {
      change: { leaf: { extensions: [endEntity(), keyUsage(1), extKeyUsage([oid.serverAuth])] } },
      reason: /key usage does not allow/,
      at: 0,
    },
  });
});

describe('purposes', () => {
  const holds = async (purpose: string, ...extensions: Parameters<typeof makeCertificate>[0]['extensions']) =>
    (
      await verifyChain(
        makeChain({ leaf: { extensions: [endEntity(), keyUsage(0), ...extensions] }, question: () => ({ purpose }) }).asked,
      )
    ).ok;
  const template = made(oid.certificateTemplateName, any, encode(octetString, new Uint8Array()));
  const domainController = {
    id: oid.certificateTemplateName,
    critical: false,
    value: new Uint8Array(Buffer.concat([Uint8Array.of(0x1e, 32), Buffer.from('DomainController', 'utf16le').swap16()])),
  };

  it('a logon certificate has both usages of Windows', async () => {
    expect(await holds('logon-certificate', extKeyUsage([oid.clientAuth, oid.smartcardLogon]))).toBe(true);
    expect(await holds('logon-certificate', extKeyUsage([oid.clientAuth]))).toBe(false);
    expect(await holds('logon-certificate', extKeyUsage([oid.smartcardLogon]))).toBe(false);
  });
  it('a KDC has id-pkinit-KPKdc, or by choice the marks of an old domain controller', async () => {
    const old = [oid.clientAuth, oid.serverAuth];
    for (const purpose of ['kdc', 'kdc-or-domain-controller'])
      expect(await holds(purpose, extKeyUsage([oid.pkinitKPKdc]))).toBe(true);
    expect(await holds('kdc', extKeyUsage([...old, oid.smartcardLogon]), domainController)).toBe(false);
    expect(await holds('kdc-or-domain-controller', extKeyUsage([...old, oid.smartcardLogon]))).toBe(true);
    expect(await holds('kdc-or-domain-controller', extKeyUsage(old), domainController)).toBe(true);
    expect(await holds('kdc-or-domain-controller', extKeyUsage(old))).toBe(false);
    expect(await holds('kdc-or-domain-controller', extKeyUsage(old), template)).toBe(false);
  });
  it('an RDP host may have Remote Desktop Authentication alone', async () => {
    expect(await holds('rdp-host', extKeyUsage([oid.remoteDesktopAuthentication]))).toBe(true);
    expect(await holds('tls-server', extKeyUsage([oid.remoteDesktopAuthentication]))).toBe(false);
  });
});
