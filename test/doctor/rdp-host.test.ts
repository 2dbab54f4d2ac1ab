import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { toPem } from '../../src/ca/pem.ts';
import { rdpLook } from '../../src/cli/commands/doctor-rdp.ts';
import type { TargetConfig } from '../../src/config/config.ts';
import { sha256 } from '../../src/crypto/digest.ts';
import { portFault } from '../../src/doctor/port.ts';
import { failureCode, securityProtocol } from '../../src/rdp/negotiation-code.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { extKeyUsage, keyUsage } from '../../src/x509/extensions.ts';
import { oid } from '../../src/x509/oid.ts';
import { newHome } from '../cli/mayfly.ts';
import { type FakeHost, fakeHost, type HostScript } from '../rdp/fake-host.ts';
import { hostCertificate } from '../rdp/fake-host-certificate.ts';
import { hex } from '../wire/annotated-hex.ts';
import { caExtensions, DAY, dNSNames, endEntity, makeCertificate, rsaKey } from '../x509/made-certificate.ts';

const NAME = 'desk1.corp.test';
const fingerprint = hex(sha256(hostCertificate.der));
const withNla: HostScript = {
  negotiate: ({ negotiation }) =>
    (negotiation?.protocols ?? 0) & securityProtocol.hybrid
      ? { kind: 'response', flags: 0, protocol: securityProtocol.hybrid }
      : { kind: 'failure', flags: 0, code: failureCode.hybridRequiredByServer },
};
const notInsisting: HostScript = {
  negotiate: ({ negotiation }) => {
    const isOffered = ((negotiation?.protocols ?? 0) & securityProtocol.hybrid) !== 0;
    return { kind: 'response', flags: 0, protocol: isOffered ? securityProtocol.hybrid : securityProtocol.ssl };
  },
};
let host: FakeHost | undefined;
afterEach(() => host?.end());

const usual = { name: NAME, security: 'nla', pins: [], anchors: [], logon: 'with-card', oldCredSsp: false } as const;
async function found(script: HostScript, change: Partial<TargetConfig> = {}) {
  host = await fakeHost(hostCertificate, script);
  return lookAt({ ...change, port: host.port });
}
async function lookAt(change: Partial<TargetConfig>) {
  const target = { ...usual, address: '127.0.0.1', ...change } as TargetConfig;
  const findings = await rdpLook({ targets: [target] }, NAME).look(new AbortController().signal);
  return Object.fromEntries(findings.map((each) => [each.check, each]));
}
const verdicts = (findings: Awaited<ReturnType<typeof found>>) =>
  ['port-rdp', 'host-nla', 'host-certificate'].map((check) => findings[check]?.verdict);

describe('the RDP port of a host', () => {
  it('is well with NLA, which proves a host that is not known', async () => {
    const findings = await found(withNla);
    expect(verdicts(findings)).toEqual(['ok', 'ok', 'ok']);
    expect(findings['host-nla']?.says).toBe('it does, and takes nothing weaker');
    expect(findings['host-certificate']?.says).toContain('Kerberos proves the host');
  });
  it('is said to take weaker connections where it does', async () => {
    expect((await found(notInsisting))['host-nla']).toMatchObject({
      verdict: 'ok',
      says: expect.stringContaining('does not insist') as unknown,
    });
  });
  it('without NLA is wrong, and so is a certificate that nothing else proves', async () => {
    const findings = await found({});
    expect(verdicts(findings)).toEqual(['ok', 'wrong', 'wrong']);
    expect(findings['host-nla']?.fix).toContain('UserAuthentication 1');
    expect(findings['host-certificate']).toMatchObject({
      code: 'rdp-unproven',
      fix: expect.stringContaining(fingerprint) as unknown,
    });
  });
  it('without NLA is as its profile says, where its certificate is pinned', async () => {
    const findings = await found({}, { security: 'tls', pins: [fingerprint] });
    expect(verdicts(findings)).toEqual(['ok', 'ok', 'ok']);
    expect(findings['host-certificate']?.says).toBe('it is the pinned one');
  });
  it('that takes nothing at all is not as its profile says', async () => {
    const silent: HostScript = { negotiate: () => ({ kind: 'failure', flags: 0, code: failureCode.sslNotAllowedByServer }) };
    const findings = await found(silent, { security: 'tls', pins: [fingerprint] });
    expect(verdicts(findings)).toEqual(['ok', 'wrong', 'cannot-tell']);
  });
  it('is not known by a pin that it was never held against', async () => {
    // TLS for four offers, and none for the look at the certificate that follows.
    let asked = 0;
    const script: HostScript = {
      negotiate: (request) => {
        asked++;
        const refusal = { kind: 'failure', flags: 0, code: failureCode.sslNotAllowedByServer } as const;
        return 4 < asked ? refusal : (withNla.negotiate?.(request) ?? refusal);
      },
    };
    const findings = await found(script, { pins: ['ab'.repeat(32)] });
    expect(verdicts(findings)).toEqual(['ok', 'ok', 'cannot-tell']);
    expect(findings['host-certificate']?.says).toContain('when it was to be compared');
  });
  it('shows another certificate than the pinned one', async () => {
    const findings = await found(withNla, { pins: ['ab'.repeat(32)] });
    expect(verdicts(findings)).toEqual(['ok', 'ok', 'wrong']);
    expect(findings['host-certificate']).toMatchObject({
      code: 'rdp-certificate',
      says: expect.stringContaining('not the pinned one') as unknown,
    });
  });
  it('shows a certificate of the CA that its profile names, for its name or another', async () => {
    const today = Math.floor(Date.now() / 1000);
    const dates = { notBefore: today - DAY, notAfter: today + DAY };
    const ca = makeCertificate({ subject: 'Corp CA', key: rsaKey(), extensions: caExtensions(), ...dates });
    const anchor = join(newHome().beside, 'anchor.crt');
    writeFileSync(anchor, toPem('CERTIFICATE', ca.der));
    const shown = async (name: string) => {
      const extensions = [endEntity(), keyUsage(0, 2), extKeyUsage([oid.serverAuth]), dNSNames(name)];
      host = await fakeHost(makeCertificate({ subject: name, key: rsaKey(), issuer: ca, extensions, ...dates }), withNla);
      const findings = await lookAt({ port: host.port, anchors: [anchor] });
      await host.end();
      return findings['host-certificate'];
    };
    expect(await shown(NAME)).toMatchObject({
      verdict: 'ok',
      says: expect.stringContaining('of a CA that its profile names') as unknown,
    });
    expect(await shown('desk2.corp.test')).toMatchObject({
      verdict: 'wrong',
      says: expect.stringContaining('is for desk2') as unknown,
    });
  });
});

describe('a port', () => {
  it('that refuses is told from one that is silent', async () => {
    const server = createServer().listen({ host: '127.0.0.1', port: 0 });
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    const findings = await lookAt({ port });
    expect(verdicts(findings)).toEqual(['wrong', 'cannot-tell', 'cannot-tell']);
    expect(findings['port-rdp']).toMatchObject({
      code: 'rdp-unreachable',
      says: `port ${port} of 127.0.0.1: it refuses connections there: nothing listens`,
    });
  });
  it.each([
    [new MayflyError('rdp-timeout', 'no connection in 3000 ms'), /a firewall drops what is sent/],
    [new MayflyError('rdp-unreachable', 'x', { cause: Object.assign(new Error('x'), { code: 'EHOSTUNREACH' }) }), /a firewall/],
    [
      new MayflyError('kdc-unreachable', 'x', { cause: Object.assign(new Error('x'), { code: 'ENOTFOUND' }) }),
      /DNS does not know/,
    ],
    [new MayflyError('kdc-unreachable', 'the reason'), /the connection failed: the reason/],
  ])('%s', (e, says) => expect(portFault('port 88', e).says).toMatch(says));
});
