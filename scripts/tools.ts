import { type SpawnOptions, spawn } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';

export const root: string = join(import.meta.dirname, '..');

/** The tools of node_modules come first, as in an npm script, then the Node that runs this. */
export const toolEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [join(root, 'node_modules', '.bin'), dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
};

export type ToolRun = { readonly code: number; readonly output: string; readonly ms: number };

/** Runs a tool in the checkout without standard input; with `quiet`, keeps what it writes. A signal counts as failure. */
export function runTool(
  command: string,
  args: readonly string[],
  options: { readonly quiet?: boolean; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<ToolRun> {
  const started = performance.now();
  const stdio: SpawnOptions['stdio'] = options.quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'];
  const child = spawn(command, args, { cwd: root, stdio, env: { ...toolEnvironment, ...options.env } });
  let output = '';
  const keep = (text: Buffer): void => {
    output += text.toString();
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return new Promise((resolve) => {
    const end = (code: number): void => resolve({ code, output, ms: Math.round(performance.now() - started) });
    child.once('error', (error) => {
      output += `${command}: ${error.message}\n`;
      end(1);
    });
    child.once('close', (code) => end(code ?? 1));
  });
}
