import { X509Certificate } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:https';
import { join } from 'node:path';
import { connect, type SecureVersion } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reloadTls, secureContextOf } from '../../src/api/tls-files.ts';
import { ownServerIdentity, readServerIdentity } from '../../src/ca/service-certificate.ts';
import { clock, temporaryFolder } from '../ca/made-ca.ts';
import { type ServiceUnderTest, serviceUnderTest } from './service-under-test.ts';

const names = ['localhost', '127.0.0.1', '::1', 'mayfly.corp.example'];
const DAY = 86_400;

describe("the service's own certificate", () => {
  it('is made at first, kept until a month before its end, and names what it was told', async () => {
    const folder = temporaryFolder();
    const first = await ownServerIdentity(folder, names, clock());
    expect(await ownServerIdentity(folder, names, clock() + 366 * DAY)).toEqual(first);
    const renewed = await ownServerIdentity(folder, names, clock() + 368 * DAY);
    expect(renewed.certificate).not.toBe(first.certificate);
    const facts = new X509Certificate(first.certificate);
    expect(facts.subjectAltName).toBe('DNS:localhost, DNS:mayfly.corp.example, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
    expect(facts.ca).toBe(false);
    expect(facts.publicKey.asymmetricKeyDetails).toMatchObject({ modulusLength: 2048 });
    expect(facts.verify(facts.publicKey)).toBe(true);
  });
  it('names this machine for its own commands, and is made anew where it lacks a name', async () => {
    const folder = temporaryFolder();
    const first = await ownServerIdentity(folder, ['old.corp.example'], clock());
    expect(new X509Certificate(first.certificate).checkIP('127.0.0.1')).toBe('127.0.0.1');
    const second = await ownServerIdentity(folder, ['mayfly.corp.example', '2001:db8::7'], clock());
    const facts = new X509Certificate(second.certificate);
    expect(facts.checkHost('mayfly.corp.example')).toBe('mayfly.corp.example');
    expect(await ownServerIdentity(folder, ['2001:DB8::7', 'Mayfly.corp.example'], clock())).toEqual(second);
  });
  it('is a fault to have lost', async () => {
    const folder = temporaryFolder();
    const files = { certificate: join(folder, 'a'), key: join(folder, 'b') };
    await expect(readServerIdentity(files)).rejects.toMatchObject({ code: 'service-certificate' });
  });
});

describe('TLS of the API', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await serviceUnderTest();
  });
  const speaks = (minVersion: SecureVersion, maxVersion: SecureVersion) =>
    new Promise<string>((resolve) => {
      // Old versions need weak signatures at the client, too.
      const options = {
        host: '127.0.0.1',
        port: service.port,
        ca: service.identity.certificate,
        minVersion,
        maxVersion,
        ciphers: 'ALL:@SECLEVEL=0',
      };
      const socket = connect(options, () => {
        resolve(socket.getProtocol() ?? '');
        socket.destroy();
      });
      socket.on('error', (e: Error & { readonly code?: string }) => resolve(e.code ?? e.message));
    });
  it('is 1.2 or 1.3, nothing older', async () => {
    expect(await speaks('TLSv1.2', 'TLSv1.2')).toBe('TLSv1.2');
    expect(await speaks('TLSv1.3', 'TLSv1.3')).toBe('TLSv1.3');
    expect(await speaks('TLSv1', 'TLSv1.1')).toMatch(/ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/);
  });
  it('is trusted by nobody who was not given its certificate', async () => {
    const fault = new Promise((resolve) => request({ host: '127.0.0.1', port: service.port }).on('error', resolve).end());
    expect(await fault).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });
});

describe('a certificate that changes', () => {
  const folder = temporaryFolder();
  const other = temporaryFolder();
  const files = { certificate: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
  const alarms: (string | undefined)[] = [];
  let looks = 0;
  const server = createServer();
  let stop: () => void;
  let port = 0;
  beforeAll(async () => {
    const { version, ...first } = await ownServerIdentity(folder, names, clock());
    await ownServerIdentity(other, names, clock());
    server.setSecureContext(secureContextOf(first));
    await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
    const read = () => {
      looks += 1;
      return readServerIdentity(files);
    };
    stop = reloadTls({ read, server, version, alarm: (e) => alarms.push(e?.code), every: 20 });
  });
  afterAll(async () => {
    stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const shown = () =>
    new Promise<string>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
        resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? '');
        socket.destroy();
      });
      socket.on('error', reject);
    });
  const fingerprint = (path: string) => new X509Certificate(readFileSync(path)).fingerprint256;
  const until = async (is: () => boolean | Promise<boolean>) => {
    for (let i = 0; i < 1_250 && !(await is()); i++) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await is()).toBe(true);
  };
  /** Whole at once: what is read half-written is one more broken file to tell of. */
  const replace = (path: string, content: string | Buffer) => {
    writeFileSync(`${path}.new`, content);
    renameSync(`${path}.new`, path);
  };
  const lookedAt = (times: number) => {
    const enough = looks + times;
    return until(() => looks >= enough);
  };

  it('is shown to new connections without a restart; a broken one is not, and is told once', async () => {
    const first = fingerprint(files.certificate);
    expect(await shown()).toBe(first);
    // Half of the change: another's key.
    replace(files.certificate, readFileSync(join(other, 'tls.crt')));
    await until(() => alarms.length > 0);
    await lookedAt(5);
    expect(alarms).toEqual(['service-certificate']);
    expect(await shown()).toBe(first);
    // The other half.
    replace(files.key, readFileSync(join(other, 'tls.key')));
    await until(async () => (await shown()) === fingerprint(join(other, 'tls.crt')));
    await lookedAt(5);
    expect(alarms).toEqual(['service-certificate', undefined]);
  });
  it('is kept where the new one is no certificate, is away, and comes back', async () => {
    const good = readFileSync(files.certificate);
    const before = await shown();
    const told = async (...all: readonly (string | undefined)[]) => {
      await until(() => alarms.length >= all.length);
      await lookedAt(5);
      expect(alarms).toEqual(all);
    };
    alarms.length = 0;
    replace(files.certificate, 'no certificate');
    await told('service-certificate');
    renameSync(files.certificate, `${files.certificate}.away`);
    await told('service-certificate', 'service-certificate');
    expect(await shown()).toBe(before);
    replace(files.certificate, good);
    await told('service-certificate', 'service-certificate', undefined);
    expect(await shown()).toBe(before);
  });
});
