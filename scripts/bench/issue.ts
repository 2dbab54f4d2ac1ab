import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, randomBytes, randomUUID, sign, webcrypto } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileSigner } from '../../src/ca/file-signer.ts';
import { BACKDATING, MAX_LIFETIME } from '../../src/pki/bounds.ts';
import { issue, prepare } from '../../src/pki/issue.ts';
import type { Issuer } from '../../src/pki/issuer.ts';
import { publicationOf } from '../../src/pki/publication.ts';
import { toHex } from '../../src/wire/hex.ts';
import { makeCaCertificate } from '../../src/x509/ca-certificate.ts';
import { readCertificate } from '../../src/x509/certificate.ts';
import { oid } from '../../src/x509/oid.ts';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { measure, report } from '../measure.ts';

/** Issuing with a ready key against one bare signature over the same bytes; libraries and programs for comparison. */
const now = Math.floor(Date.now() / 1000);
const has = (program: string) => spawnSync(program, ['--version']).error === undefined;
const folder = mkdtempSync(join(tmpdir(), 'mayfly-bench-'));

async function ca(name: string, key: KeyObject, webAlgorithm: RsaHashedImportParams | EcKeyImportParams, floorTarget: number) {
  const signer = fileSigner(key);
  const der = await makeCaCertificate(
    {
      subject: 'CN=Mayfly Bench CA',
      serialNumber: Uint8Array.of(0x41, 2, 3),
      notBefore: now - 600,
      notAfter: now + 86_400,
      publicKey: signer.publicKey,
      pathLength: 0,
      extendedKeyUsage: [oid.clientAuth, oid.smartcardLogon],
      crlUrls: [],
      caIssuerUrls: [],
    },
    signer,
  );
  const certificate = readCertificate(der);
  const issuer: Issuer = {
    ...certificate,
    ...publicationOf(toHex(certificate.keyId), 'corp.example', 'http://pki.corp.example'),
    signatureAlgorithm: signer.algorithm.identifier,
    sidPlacement: 'extension',
    lab: false,
  };
  const card = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const subjectPublicKeyInfo = new Uint8Array(card.publicKey.export({ format: 'der', type: 'spki' }));
  const bounds = {
    maxLifetime: MAX_LIFETIME,
    upnSuffixes: ['corp.example'],
    refusedSids: new Set<string>(),
    exceptedSids: new Set<string>(),
  };
  const refusedSidList = { state: 'good', sids: new Set<string>() } as const;
  const context = { issuer, bounds, refusedSidList, now, isKnownKey: () => false, isKnownCard: () => false };
  const request = () => ({
    cardId: randomUUID(),
    account: 'alice',
    userPrincipalName: 'alice@corp.example',
    sid: 'S-1-5-21-1004336348-1177238915-682003330-1105',
    subjectPublicKeyInfo,
    lifetime: 300,
  });
  const ready = prepare(request(), { ...context, random: randomBytes(16) });
  if (!ready.ok) throw new Error(ready.faults.map(({ reason }) => reason).join('; '));
  let tbs: Uint8Array = new Uint8Array();
  const watched = (bytes: Uint8Array) => {
    tbs = bytes;
    return signer.sign(bytes);
  };
  await issue(ready.prepared, issuer, { ...signer, sign: watched });

  const webKey = await webcrypto.subtle.importKey('pkcs8', key.export({ format: 'der', type: 'pkcs8' }), webAlgorithm, false, [
    'sign',
  ]);
  const publicKey = new x509.PublicKey(subjectPublicKeyInfo);
  const library = () =>
    x509.X509CertificateGenerator.create({
      serialNumber: randomBytes(16).toString('hex'),
      subject: 'CN=alice, 2.5.4.5=b5a8f0c2',
      issuer: 'CN=Mayfly Bench CA',
      notBefore: new Date((now - BACKDATING) * 1000),
      notAfter: new Date((now + 300) * 1000),
      publicKey,
      signingKey: webKey as CryptoKey,
      extensions: [
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([oid.clientAuth, oid.smartcardLogon]),
        new x509.SubjectKeyIdentifierExtension(toHex(certificate.keyId)),
        new x509.AuthorityKeyIdentifierExtension(toHex(certificate.keyId)),
        new x509.CRLDistributionPointsExtension([...issuer.crlUrls]),
      ],
    });

  const path = (file: string) => join(folder, `${name}.${file}`);
  writeFileSync(path('key'), key.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
  writeFileSync(
    path('crt'),
    `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64').replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
  );
  writeFileSync(path('card'), card.privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
  writeFileSync(path('pub'), card.publicKey.export({ format: 'pem', type: 'spki' }));
  writeFileSync(
    path('ext'),
    'keyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth,1.3.6.1.4.1.311.20.2.2\nsubjectAltName=otherName:1.3.6.1.4.1.311.20.2.3;UTF8:alice@corp.example\n',
  );
  writeFileSync(
    path('cfg'),
    'cn = "alice"\nsigning_key\ntls_www_client\nkey_purpose_oid = 1.3.6.1.4.1.311.20.2.2\nexpiration_days = 1\n',
  );
  const floor = { name: 'crypto.sign alone', runs: 4000, work: () => sign(signer.algorithm.digest, tbs, key) };
  const own = [
    floor,
    {
      name: 'mayfly: prepare + issue',
      runs: 4000,
      work: () => {
        const prepared = prepare(request(), { ...context, random: randomBytes(16) });
        return prepared.ok ? issue(prepared.prepared, issuer, signer) : undefined;
      },
    },
  ];
  // Peers that start processes or fill the heap are measured beside the floor as well, but not between its runs and ours.
  const peers = [floor, { name: '@peculiar/x509', runs: 100, work: library }];
  if (has('openssl')) {
    execFileSync('openssl', ['req', '-new', '-key', path('card'), '-subj', '/CN=alice', '-out', path('csr')]);
    const args = [
      'x509',
      '-req',
      '-in',
      path('csr'),
      '-CA',
      path('crt'),
      '-CAkey',
      path('key'),
      '-days',
      '1',
      '-extfile',
      path('ext'),
      '-out',
      path('out'),
    ];
    peers.push({ name: 'openssl x509 -req', runs: 20, work: () => execFileSync('openssl', args, { stdio: 'ignore' }) });
  }
  if (has('certtool')) {
    const args = [
      '--generate-certificate',
      '--load-pubkey',
      path('pub'),
      '--load-ca-certificate',
      path('crt'),
      '--load-ca-privkey',
      path('key'),
    ];
    const all = [...args, '--template', path('cfg'), '--outfile', path('out')];
    peers.push({ name: 'certtool', runs: 20, work: () => execFileSync('certtool', all, { stdio: 'ignore' }) });
  }
  report(`issuing, ${name} CA, RSA-2048 card`, [...(await measure(own)), ...(await measure(peers))], {
    'mayfly: prepare + issue': floorTarget,
  });
}

try {
  const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength }).privateKey;
  const rsaParams = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  await ca('RSA-2048', rsa(2048), rsaParams, 1.2);
  await ca('RSA-3072', rsa(3072), rsaParams, 1.2);
  await ca('P-256', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, { name: 'ECDSA', namedCurve: 'P-256' }, 2.5);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
