import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/crypto/digest.ts';
import { failureCode, securityProtocol } from '../../src/rdp/negotiation-code.ts';
import { type FakeHost, fakeHost, type HostScript } from '../rdp/fake-host.ts';
import { hostCertificate } from '../rdp/fake-host-certificate.ts';
import { hex } from '../wire/annotated-hex.ts';
import { mayfly, newHome } from './mayfly.ts';

const home = newHome();
let host: FakeHost | undefined;
afterEach(() => host?.end());
const fingerprint = hex(sha256(hostCertificate.der));
interface Probed {
  readonly protocols: readonly { readonly offer: string; readonly accepted: boolean; readonly says: string }[];
  readonly nla: string;
  readonly certificate: { readonly sha256: string; readonly names: readonly string[]; readonly pinned: boolean | null } | null;
  readonly withoutCredentials: { readonly stage: string; readonly says: string };
}
async function probed(script: HostScript = {}): Promise<Probed> {
  host = await fakeHost(hostCertificate, script);
  const { code, stdout } = await mayfly(
    home,
    'rdp',
    'probe',
    '127.0.0.1',
    '--port',
    String(host.port),
    '--seconds',
    '1',
    '--json',
  );
  expect(code).toBe(0);
  return JSON.parse(stdout) as Probed;
}
const accepted = ({ protocols }: Probed) => protocols.map((each) => each.accepted);

describe('mayfly rdp probe', () => {
  it('tells of a host that has TLS alone, and how far a stranger gets', async () => {
    const told = await probed();
    expect(accepted(told)).toEqual([false, true, false, false]);
    expect(told).toMatchObject({
      nla: 'none',
      certificate: { sha256: fingerprint, names: ['desk1.corp.test'], pinned: null },
      withoutCredentials: { stage: 'active' },
    });
  });
  it('tells of a host as Windows ships it', async () => {
    const told = await probed({
      negotiate: ({ negotiation }) =>
        (negotiation?.protocols ?? 0) & securityProtocol.hybrid
          ? { kind: 'response', flags: 0, protocol: securityProtocol.hybrid }
          : { kind: 'failure', flags: 0, code: failureCode.hybridRequiredByServer },
    });
    expect(accepted(told)).toEqual([false, false, true, true]);
    expect(told).toMatchObject({
      nla: 'required',
      certificate: { sha256: fingerprint },
      withoutCredentials: { stage: 'negotiation' },
    });
  });
  it.each<[string, HostScript, string]>([
    ['says nothing', { instead: () => undefined }, 'it did not answer in time'],
    ['hangs up', { instead: (socket) => void socket.end() }, 'the peer closed the connection'],
    ['is none', { instead: (socket) => void socket.end('SSH-2.0-OpenSSH\r\n') }, 'byte'],
  ])('tells of something that %s', async (_, script, says) => {
    const told = await probed(script);
    expect(told.certificate).toBeNull();
    expect(accepted(told)).toEqual([false, false, false, false]);
    for (const each of told.protocols) expect(each.says).toContain(says);
  });
  it('holds the certificate against the pin of the configuration', async () => {
    host = await fakeHost(hostCertificate);
    const configured = async (pin: string) => {
      const file = join(home.beside, 'mayfly.yaml');
      writeFileSync(
        file,
        `targets: [{ name: desk1.corp.test, address: 127.0.0.1, port: ${host?.port}, security: tls, pins: ['${pin}'] }]`,
      );
      return mayfly(home, 'rdp', 'probe', 'desk1.corp.test', '--config', file);
    };
    const right = await configured(fingerprint);
    expect(right.code).toBe(0);
    expect(right.stdout).toMatch(/^pin +matches$/m);
    const wrong = await configured('ab'.repeat(32));
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toMatch(/^pin +DOES NOT MATCH$/m);
  });
  it('says when nobody is there', async () => {
    const gone = await fakeHost(hostCertificate);
    await gone.end();
    const { code, stderr } = await mayfly(home, 'rdp', 'probe', '127.0.0.1', '--port', String(gone.port));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^mayfly: 127\.0\.0\.1:\d+ cannot be reached: nobody listens there \(ECONNREFUSED\)\n {2}next: /);
  });
});
