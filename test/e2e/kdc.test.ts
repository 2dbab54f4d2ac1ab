import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { labAbsent, missingPeers } from '../../scripts/peers.ts';
import type { StepsReport } from '../../src/cli/steps.ts';

const LAB = join(import.meta.dirname, '../../scripts/lab/lab.ts');

/** Where the lab is optional, peers that are missing are the reason to skip, said in the test's name; elsewhere they fail it. */
const skipped = labAbsent()
  ? ` (skipped, missing: ${missingPeers()
      .map((peer) => peer.name)
      .join(', ')})`
  : '';

describe('scenario kdc', () => {
  it.skipIf(skipped !== '')(`holds against both KDCs${skipped}`, { timeout: 330_000 }, async () => {
    const { report, diagnosis } = await runScenario('kdc');
    const failed = report.steps.filter((step) => !step.ok);
    expect(failed, diagnosis).toEqual([]);
    expect(report.ok).toBe(true);
    expect(report.steps.map((step) => step.name)).toEqual([
      'network of its own',
      'enterprise CA',
      'mayfly ca init',
      'mayfly ca serve',
      'mayfly ca crl',
      'MIT KDC',
      'Samba AD DC',
      'accounts in the directory',
      'key pairs',
      'mayfly ca issue: alice',
      'mayfly ca issue: bob',
      'mayfly ca issue: revoked',
      'certificate without EKU, by the CA key and openssl',
      'MIT KDC: ticket for alice',
      'Samba AD DC: ticket for alice',
      'MIT KDC: ticket for bob',
      'Samba AD DC: ticket for bob',
      "MIT KDC: bob's certificate refused for alice",
      "Samba AD DC: bob's certificate refused for alice",
      'MIT KDC: certificate without EKU refused',
      'MIT KDC: ticket for the certificate before it is revoked',
      'mayfly ca revoke',
      'CRL published, MIT KDC restarted',
      'MIT KDC: revoked certificate refused',
      'MIT KDC: ticket for alice with the new CRL',
      'everything stopped',
    ]);
  });
});

function runScenario(name: string): Promise<{ report: StepsReport; diagnosis: string }> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [LAB, name, '--json'], { timeout: 320_000 }, (error, stdout, stderr) => {
      try {
        const report = JSON.parse(stdout) as StepsReport;
        expect(report.ok).toBe(error === null); // the exit code says the same
        resolve({ report, diagnosis: stderr });
      } catch (cause) {
        reject(new Error(`no report on standard output; standard error: ${stderr}`, { cause }));
      }
    });
  });
}
