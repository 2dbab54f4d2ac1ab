import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toPem } from '../../src/ca/pem.ts';
import { gatewayLooks } from '../../src/cli/commands/doctor-gateway.ts';
import type { Config } from '../../src/config/config.ts';
import { extKeyUsage } from '../../src/x509/extensions.ts';
import { oid } from '../../src/x509/oid.ts';
import { newHome } from '../cli/mayfly.ts';
import {
  type CertificatePlan,
  DAY,
  dNSNames,
  ecKey,
  endEntity,
  makeCertificate,
  nameOf,
  rsaKey,
} from '../x509/made-certificate.ts';

const NAME = 'gateway.corp.test';
const today = Math.floor(Date.now() / 1000);
const key = rsaKey();
const ca = makeCertificate({
  subject: 'Corp CA',
  key: rsaKey(),
  extensions: [],
  notBefore: today - DAY,
  notAfter: today + 9 * DAY,
});
const other = makeCertificate({ subject: 'Other CA', key: ecKey(), extensions: [] });
const usual: CertificatePlan = {
  ...{ subject: NAME, key, issuer: { subject: nameOf('Corp CA'), key: ca.key } },
  extensions: [endEntity(), extKeyUsage([oid.serverAuth]), dNSNames(NAME)],
  ...{ notBefore: today - DAY, notAfter: today + 30 * DAY },
};
const { beside } = newHome();
const keyFile = join(beside, 'tls.key');
writeFileSync(keyFile, key.privateKey.export({ type: 'pkcs8', format: 'pem' }));

async function found(change: Partial<CertificatePlan>, above: readonly Uint8Array[] = [], gatewayAddress = `${NAME}:3389`) {
  const certificate = join(beside, 'tls.crt');
  const own = makeCertificate({ ...usual, ...change }).der;
  writeFileSync(certificate, [own, ...above].map((der) => toPem('CERTIFICATE', der)).join(''));
  const service = { gateway: '127.0.0.1:3389', gatewayAddress, names: [], certificate, key: keyFile };
  const looks = gatewayLooks({ home: beside, service: service as unknown as Config['service'] });
  const [finding] = (await looks[0]?.look(new AbortController().signal)) ?? [];
  return finding;
}
const containing = (text: string) => expect.stringContaining(text) as unknown;

describe("the gateway's certificate", () => {
  it('is fit for .rdp files: RSA, for servers, of that name, valid, by a CA', async () => {
    expect(await found({})).toMatchObject({
      verdict: 'ok',
      about: NAME,
      says: containing(`RSA, for ${NAME}, by CN=Corp CA, until`),
    });
    expect(await found({}, [ca.der])).toMatchObject({ verdict: 'ok' });
  });
  it('is none where the certificate of its issuer, in the same file, has expired', async () => {
    const dates = { notBefore: today - 9 * DAY, notAfter: today - DAY };
    const ended = makeCertificate({ subject: 'Corp CA', key: ca.key, extensions: [], ...dates });
    expect(await found({}, [ended.der])).toMatchObject({ verdict: 'wrong', says: containing('CN=Corp CA stands behind it') });
  });
  it.each<[string, Partial<CertificatePlan>, string]>([
    ['has expired', { notAfter: today - 60 }, 'it has expired at'],
    ['is of tomorrow', { notBefore: today + DAY }, 'it is not valid before'],
    ['has a key that is not RSA', { key: ecKey() }, 'its key is not RSA'],
    ['is for clients', { extensions: [extKeyUsage([oid.clientAuth]), dNSNames(NAME)] }, 'not for server authentication'],
    ['has another name', { extensions: [dNSNames('other.corp.test')] }, `it is for other.corp.test, and .rdp files name ${NAME}`],
    ['has no DNS name', { extensions: [] }, 'it is for no DNS name'],
  ])('%s', async (_, change, says) =>
    expect(await found(change)).toMatchObject({ verdict: 'wrong', code: 'service-certificate', says: containing(says) }),
  );
  it('stands before one that has not issued it', async () =>
    expect(await found({}, [other.der])).toMatchObject({ verdict: 'wrong', says: containing('CN=Other CA stands behind it') }));
  it('of its own cannot be told from here: clients may have been given it', async () => {
    const finding = await found({ issuer: undefined });
    expect(finding).toMatchObject({ verdict: 'cannot-tell', fix: containing('service.certificate') });
  });
  it('names an address where .rdp files give one', async () =>
    expect(await found({}, [], '127.0.0.1:3389')).toMatchObject({
      verdict: 'wrong',
      says: containing('.rdp files name 127.0.0.1'),
    }));
  it('is nothing to look at without a gateway', () =>
    expect(gatewayLooks({ home: beside, service: { gateway: undefined } as unknown as Config['service'] })).toEqual([]));
});
