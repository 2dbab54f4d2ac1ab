import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StepsReport } from '../../src/cli/steps.ts';

const LAB = join(import.meta.dirname, '../../scripts/lab/lab.ts');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mayfly-lab-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a lab run that is ended from outside', () => {
  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('leaves neither process nor file after %s', async (signal, code) => {
    const { lab, temporary } = await runUntilPeersRun();
    lab.child.kill(signal);
    expect(await lab.exit).toBe(code);
    const report = JSON.parse(lab.stdout()) as StepsReport;
    expect(report.ok).toBe(false);
    expect(report.steps.find((step) => step.name === 'not interrupted')?.detail).toBe(signal);
    expect(report.steps.at(-1)).toMatchObject({ name: 'everything stopped', ok: true });
    expect(readdirSync(temporary)).toEqual([]);
    expect(processesNaming(temporary)).toEqual([]);
  });

  it('leaves neither process nor file when its first process is killed', async () => {
    const { lab, temporary } = await runUntilPeersRun();
    lab.child.kill('SIGKILL');
    await lab.exit;
    await expect.poll(() => processesNaming(temporary)).toEqual([]);
    await expect.poll(() => readdirSync(temporary)).toEqual([]);
  });

  it('shows what its peers listen at to itself only', async () => {
    const { lab, temporary } = await runUntilPeersRun();
    const kdc = '1401007F:0058'; // 127.0.1.20:88, as proc(5) writes it
    expect(readFileSync(`/proc/${kdcProcess(temporary)}/net/tcp`, 'latin1')).toContain(kdc);
    expect(readFileSync('/proc/self/net/tcp', 'latin1')).not.toContain(kdc);
    lab.child.kill('SIGTERM');
    await lab.exit;
  });
});

describe('lab.ts', () => {
  it('lists its scenarios', async () => {
    const lab = start([]);
    expect(await lab.exit).toBe(0);
    expect(lab.stdout()).toMatch(/^ {2}kdc /m);
  });

  it('refuses a scenario it does not know', async () => {
    const lab = start(['no-such-scenario', '--json']);
    expect(await lab.exit).toBe(2);
    expect(lab.stdout()).toBe('');
    expect(lab.stderr()).toContain('no scenario no-such-scenario');
  });
});

interface Started {
  readonly child: ChildProcess;
  readonly exit: Promise<number | null>;
  stdout(): string;
  stderr(): string;
}

function start(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Started {
  const child = spawn(process.execPath, [LAB, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, exit, stdout: () => said.stdout, stderr: () => said.stderr };
}

/** A run in a folder of its own that has its MIT KDC up and is about to start Samba. */
async function runUntilPeersRun(): Promise<{ lab: Started; temporary: string }> {
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  const lab = start(['kdc', '--json'], { TMPDIR: temporary });
  await expect.poll(() => lab.stderr(), { timeout: 60_000 }).toMatch(/^ok .* MIT KDC/m);
  expect(kdcProcess(temporary)).toBeGreaterThan(0);
  return { lab, temporary };
}

/** Command lines of this machine's processes that name the folder; a run's own paths make its processes known. */
function processesNaming(path: string): string[] {
  return processes()
    .map((process) => process.commandLine)
    .filter((line) => line.includes(path));
}

function kdcProcess(path: string): number | undefined {
  return processes().find(({ commandLine }) => commandLine.startsWith('krb5kdc') && commandLine.includes(path))?.pid;
}

function processes(): { readonly pid: number; readonly commandLine: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      let commandLine = '';
      try {
        commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      } catch {
        // it ended between the listing and here
      }
      return { pid: Number(pid), commandLine };
    });
}
