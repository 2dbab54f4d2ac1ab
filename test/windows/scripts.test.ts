import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { above, all, type Command, commands, functions, parametersOf, parse, scriptNamed, scripts } from './powershell.ts';

const paramBlock = (script: (typeof scripts)[number]) =>
  script.root.namedChildren.find((child) => child?.type === 'param_block') ?? undefined;
const sections = (help: string) =>
  [...help.matchAll(/^\s*\.([A-Z]+)(?: (\w+))?\s*$/gm)].map(([, name, of]) => [name, of] as const);
const MODULE = 'Mayfly.Windows.psm1';
/** What a script may call of ours: its own functions, and those of the module. */
const callable = (name: string) =>
  new Map([scriptNamed(MODULE), scriptNamed(name)].flatMap((root) => functions(root)).map((each) => [each.name, each] as const));

/** What is called of Windows' own, with the parameters that Windows PowerShell 5.1 and PowerShell 7 both have (learn.microsoft.com). */
const cmdlets: Readonly<Record<string, readonly string[]>> = {
  'Add-Type': ['AssemblyName'],
  'ConvertFrom-Json': ['InputObject'],
  'ConvertTo-Json': ['InputObject', 'Compress', 'Depth'],
  'Export-ModuleMember': ['Function'],
  'ForEach-Object': [],
  'Get-Acl': ['LiteralPath'],
  'Get-CimInstance': ['ClassName', 'Filter'],
  'Get-Content': ['LiteralPath', 'Encoding'],
  'Get-NetFirewallRule': ['PolicyStore', 'Group', 'ErrorAction'],
  'Import-Module': ['Name', 'Force'],
  'Invoke-CimMethod': ['InputObject', 'MethodName', 'Arguments'],
  'Join-Path': ['Path', 'ChildPath'],
  'Resolve-Path': ['LiteralPath'],
  'Set-StrictMode': ['Version'],
  'Start-Service': ['Name'],
  'Start-Sleep': ['Seconds'],
  'Stop-Service': ['Name', 'Force'],
  'Where-Object': [],
  'Write-Warning': ['Message'],
};
/** $null and its like, and what PowerShell sets in every script. */
const automatic = new Set(
  [
    'null',
    'true',
    'false',
    '_',
    'PSScriptRoot',
    'PSCmdlet',
    'PSVersionTable',
    'LASTEXITCODE',
    'WhatIfPreference',
    'ErrorActionPreference',
    'ExecutionContext',
  ].map((name) => name.toLowerCase()),
);
const bare = (variable: string) =>
  variable
    .replace(/^[$@]/, '')
    .replace(/^script:/i, '')
    .toLowerCase();

function callFaults({ name, given, positional, node }: Command, own: ReturnType<typeof callable>): string[] {
  const target = own.get(name);
  const line = node.startPosition.row + 1;
  const known = (target?.parameters.map((each) => each.name) ?? cmdlets[name] ?? []).map((each) => each.toLowerCase());
  const unknown = [...given.keys()].filter((each) => !known.includes(each));
  const isSplat = positional.some(({ text }) => text.startsWith('@') && !text.startsWith('@('));
  const missing = isSplat
    ? []
    : (target?.parameters ?? []).filter((each) => each.mandatory && !given.has(each.name.toLowerCase()));
  return [
    ...(target || cmdlets[name] ? [] : [`${line}: ${name} is neither ours nor in the table`]),
    ...unknown.map((each) => `${line}: ${name} has no -${each}`),
    ...missing.map((each) => `${line}: ${name} needs -${each.name}`),
    // -WhatIf and its like aside, an argument that no parameter is named for is a slip.
    ...(target && !isSplat && positional.length > 0 ? [`${line}: ${name} is given ${positional[0]?.text}`] : []),
  ];
}
/** Variables that are read and nowhere set: strict mode ends the script there. */
function unsetVariables(root: ReturnType<typeof parse>): string[] {
  const set = new Set(automatic);
  for (const { text } of all(root, 'left_assignment_expression').flatMap((left) => all(left, 'variable'))) set.add(bare(text));
  for (const each of all(root, 'script_parameter')) for (const { name } of parametersOf(each.parent)) set.add(bare(name));
  for (const each of all(root, 'foreach_statement')) set.add(bare(all(each, 'variable')[0]?.text ?? ''));
  return all(root, 'variable').flatMap(({ text, startPosition }) => {
    return /^\$env:/i.test(text) || set.has(bare(text)) ? [] : [`${startPosition.row + 1}: ${text}`];
  });
}

describe.each(scripts.map((script) => [script.name, script] as const))('%s', (name, script) => {
  const { root, octets } = script;

  it('parses: nothing in it is an error, and nothing is missing', () => {
    const faults = all(root, 'ERROR').map(({ text, startPosition }) => `${startPosition.row + 1}: ${text.slice(0, 80)}`);
    expect(faults).toEqual([]);
    expect(root.hasError).toBe(false);
  });
  it('is ASCII, as Windows PowerShell 5.1 reads it, with lines that end in a line feed', () => {
    expect(octets.findIndex((octet) => octet >= 0x80 || octet === 0x0d || octet === 0x09)).toBe(-1);
  });
  it('has nothing that Windows PowerShell 5.1 does not have, and no class', () => {
    // A ternary, ?? and ?. are errors of the grammar already.
    expect(all(root, 'pipeline_chain_tail', 'class_statement', 'enum_statement').map(({ text }) => text)).toEqual([]);
    expect(commands(root).filter(({ name: called, given }) => /^using$/i.test(called) || given.has('parallel'))).toEqual([]);
    expect(octets.toString()).toMatch(/^#Requires -Version 5\.1\n/);
  });
  it('is strict, and stops at the first error', () => {
    expect(octets.toString()).toMatch(/^Set-StrictMode -Version Latest\n\$ErrorActionPreference = 'Stop'$/m);
  });
  it('runs no text, asks nobody, and fetches nothing', () => {
    const forbidden =
      /\b(?:Invoke-Expression|iex|Invoke-WebRequest|iwr|Invoke-RestMethod|irm|curl|wget|Start-BitsTransfer|DownloadString|DownloadFile|WebClient|HttpClient|Read-Host|Get-Credential|PromptForChoice|TypeDefinition|MemberDefinition|EncodedCommand|ScriptBlock\]::Create|InvokeScript|NewScriptBlock|ExpandString|Set-ExecutionPolicy|Restart-Computer)\b/i;
    const spoken = all(root, 'command_name', 'member_name', 'command_parameter', 'type_literal');
    expect(spoken.map(({ text }) => text).filter((text) => forbidden.test(text))).toEqual([]);
    expect(all(root, 'command_invokation_operator').filter(({ text }) => text === '.')).toEqual([]);
  });
  it('needs no parameter that PowerShell would ask for', () => {
    const mandatory = parametersOf(paramBlock(script)).filter((each) => each.mandatory);
    expect(mandatory.map((each) => each.name).filter((each) => each !== 'Undo')).toEqual([]);
  });
  it('runs by & only script blocks of its own and programs of the system folder', () => {
    const run = all(root, 'command_invokation_operator').map((each) => each.parent?.childForFieldName('command_name')?.text);
    const allowed = ['$program', '$Present', '$holders', '$checks[$check].Look'];
    expect(run.filter((text) => text === undefined || !allowed.includes(text))).toEqual([]);
  });
  it('has help: a synopsis, a description, every parameter, an example, notes', () => {
    const help = all(root, 'comment').find(({ text }) => text.startsWith('<#'))?.text ?? '';
    const found = sections(help);
    const wanted = ['SYNOPSIS', 'DESCRIPTION', 'NOTES', ...(name.endsWith('.ps1') ? ['EXAMPLE', 'OUTPUTS'] : [])];
    expect(wanted.filter((section) => !found.some(([each]) => each === section))).toEqual([]);
    const told = found.flatMap(([section, of]) => (section === 'PARAMETER' ? [of ?? ''] : []));
    expect(told.toSorted()).toEqual(
      parametersOf(paramBlock(script))
        .map((each) => each.name)
        .toSorted(),
    );
  });
  it.each(functions(root).map((each) => [each.name, each] as const))(
    '%s has help, and an approved verb',
    (called, { help, parameters }) => {
      const found = sections(help ?? '');
      expect(['SYNOPSIS', 'EXAMPLE'].filter((section) => !found.some(([each]) => each === section))).toEqual([]);
      const told = found.flatMap(([section, of]) => (section === 'PARAMETER' ? [of ?? ''] : []));
      expect(told).toEqual(parameters.map((each) => each.name));
      expect(called).toMatch(
        /^(?:Add|Assert|Compare|Connect|ConvertTo|Copy|Edit|Enable|Format|Get|Invoke|New|Open|Publish|Read|Remove|Restore|Save|Set|Test|Undo|Update|Write)-[A-Z]\w+$/,
      );
    },
  );
  it('calls only what is there, with parameters that it has', () => {
    const own = callable(name);
    expect(commands(root).flatMap((each) => callFaults(each, own))).toEqual([]);
  });
  it("sets no variable that is PowerShell's own", () => {
    const taken =
      /^(?:args|error|event|foreach|home|host|input|matches|myinvocation|ofs|pid|profile|psitem|pwd|sender|shellid|stacktrace|switch|this)$/;
    const set = all(root, 'left_assignment_expression').flatMap((left) => all(left, 'variable').map(({ text }) => bare(text)));
    const parameters = functions(root).flatMap((each) => each.parameters.map((parameter) => parameter.name.toLowerCase()));
    expect([...set, ...parameters].filter((each) => taken.test(each))).toEqual([]);
  });
  it('reads no variable that nobody sets', () => {
    expect(unsetVariables(root)).toEqual([]);
  });
  it('asks -WhatIf and -Confirm before it writes', () => {
    const writing = /^(?:Set-Machine(?:Value|Service)|Remove-MachineValue|Add-Entry|Edit-Entry|Remove-Entry|Invoke-SystemTool)$/;
    const calls = commands(root).filter(({ name: called }) => writing.test(called));
    const unasked = calls.filter(({ node, given }) => {
      const inside = above(node, 'function_statement')?.text ?? '';
      // secedit shows the rights, and changes nothing.
      return !/\$PSCmdlet\.ShouldProcess\(/.test(inside) && given.get('name')?.[0]?.text !== "'secedit.exe'";
    });
    expect(name.endsWith('.psm1') ? [] : unasked.map(({ node }) => node.text)).toEqual([]);
  });
});

it('the scripts are in the package', () => {
  const pack: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(pack).toHaveProperty('files', expect.arrayContaining(['scripts/windows']));
});

describe('what these tests would find', () => {
  it.each([
    ['a ternary', '$a = $b ? 1 : 2'],
    ['a null-coalescing operator', '$a = $b ?? 1'],
    ['a null-conditional member', '$a = $b?.c'],
    ['a brace that is not closed', 'if ($a) { 1'],
  ])('%s is an error', (_, text) => {
    expect(parse(`${text}\n`).hasError).toBe(true);
  });
  it('a variable of a slip of the pen', () => {
    expect(unsetVariables(parse('$name = 1\n$nmae\n'))).toEqual(['2: $nmae']);
  });
  it('a parameter of a slip of the pen, a mandatory one that is missing, and a command of nobody', () => {
    const faults = commands(parse('Get-MachineValue -Kye x -Name y\nGet-This -A 1\n')).flatMap((each) =>
      callFaults(each, callable(MODULE)),
    );
    expect(faults).toEqual([
      '1: Get-MachineValue has no -kye',
      '1: Get-MachineValue needs -Key',
      '2: Get-This is neither ours nor in the table',
      '2: Get-This has no -a',
    ]);
  });
});
