import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { functions, scriptNamed, scripts } from '../windows/powershell.ts';

/**
 * In C:\Windows\Temp anybody makes a folder and puts a module of their own into it, which the example of remoting then ran as an
 * administrator. A program that wrote to its error stream ended a script by remoting; a record was deleted before the new one took its
 * place; one that was not reached was exit code 0, so all was well; and Windows PowerShell 5.1 has no Count of a single object, so one fault counted as none.
 */
describe('scripts for Windows', () => {
  const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const section = README.slice(README.indexOf('\n## Prepare hosts\n'), README.indexOf('\n## Operate\n'));
  const blocks = [...section.matchAll(/```powershell\n([\s\S]*?)```/g)].map(([, text]) => text ?? '');
  const module = scriptNamed('Mayfly.Windows.psm1');
  const called = (name: string) => functions(module).find((each) => each.name === name);

  it('are copied to where administrators alone write', () => {
    expect(blocks.length).toBeGreaterThan(1);
    expect(blocks.filter((text) => /\\Temp\b|\\Users\\Public|\$env:TEMP/i.test(text))).toEqual([]);
  });
  it('are counted as arrays', () => {
    const texts = [...scripts.map(({ root }) => root.text), section];
    expect(texts.flatMap((text) => [...text.matchAll(/(?<!@)\([^()\n]*\|[^()\n]*\)\.Count/g)].map(([found]) => found))).toEqual(
      [],
    );
  });
  it('that are not reached are no exit code 0', () => {
    const ending = blocks.flatMap((text) => text.split(/\n\n/)).filter((text) => /^exit \$code/m.test(text));
    expect(ending.length).toBe(2);
    expect(ending.filter((text) => !text.includes("$ErrorActionPreference = 'Stop'"))).toEqual([]);
  });
  it('go on where a program writes to its error stream, and stop where it does not start', () => {
    const { node } = called('Invoke-SystemTool') ?? {};
    expect(node?.text).toMatch(/\$ErrorActionPreference = 'Continue'[\s\S]*2>\$null\s*\} catch \{[\s\S]*throw/);
  });
  it('replace a record in one step', () => {
    const { node } = called('Write-MayflyRecordFile') ?? {};
    expect(node?.text).toContain('[System.IO.File]::Replace(');
    expect(node?.text).not.toMatch(/^\s*Move-Item/m);
  });
});
