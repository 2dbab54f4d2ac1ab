import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs openssl beside files of its own; `text` is all it said. */
export function openssl(
  args: readonly string[],
  files: Readonly<Record<string, Uint8Array | string>>,
): { ok: boolean; text: string; stdout: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-openssl-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const run = spawnSync('openssl', args, { cwd: folder });
    if (run.error) throw run.error;
    return { ok: run.status === 0, text: `${run.stdout.toString('latin1')}${run.stderr.toString('latin1')}`, stdout: run.stdout };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
export function pem(label: string, ders: readonly Uint8Array[]): string {
  const body = (der: Uint8Array) =>
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g)
      ?.join('\n');
  return ders.map((der) => `-----BEGIN ${label}-----\n${body(der)}\n-----END ${label}-----\n`).join('');
}
/** `openssl verify` over the same inputs as `verifyChain`, as strict as it can be asked to be. */
export function opensslVerify(q: {
  readonly certificates: readonly Uint8Array[];
  readonly anchors: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  readonly time: number;
  readonly purpose: string;
  readonly revocation: string;
}): { ok: boolean; text: string } {
  const purpose = q.purpose === 'tls-server' ? ['-purpose', 'sslserver'] : [];
  const crl =
    q.revocation === 'require' || (q.revocation === 'if-given' && q.crls.length > 0)
      ? ['-crl_check_all', '-CRLfile', 'crls.pem']
      : [];
  const fixed = ['verify', '-attime', String(q.time), '-no-CApath', '-no-CAstore', '-CAfile', 'anchors.pem'];
  const untrusted = q.certificates.length > 1 ? ['-untrusted', 'others.pem'] : [];
  return openssl([...fixed, ...untrusted, '-partial_chain', '-auth_level', '2', ...purpose, ...crl, 'leaf.pem'], {
    'anchors.pem': pem('CERTIFICATE', q.anchors),
    'others.pem': pem('CERTIFICATE', q.certificates.slice(1)),
    'leaf.pem': pem('CERTIFICATE', q.certificates.slice(0, 1)),
    'crls.pem': pem('X509 CRL', q.crls),
  });
}
/** `openssl cms -verify` over DER, chain included; `content` is what it says was signed. */
export function opensslCmsVerify(
  cms: Uint8Array,
  anchors: readonly Uint8Array[],
  time: number,
): { ok: boolean; text: string; content: Uint8Array } {
  const chain = ['-CAfile', 'anchors.pem', '-no-CApath', '-no-CAstore', '-purpose', 'any', '-attime', String(time)];
  const run = openssl(['cms', '-verify', '-binary', '-inform', 'DER', '-in', 'cms', ...chain], {
    cms,
    'anchors.pem': pem('CERTIFICATE', anchors),
  });
  return { ...run, content: new Uint8Array(run.stdout) };
}
