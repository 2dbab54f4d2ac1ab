import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { above, all, commands, entriesOf, functions, scriptNamed, scripts, strings, textOf } from './powershell.ts';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const section = README.slice(README.indexOf('\n## Prepare hosts\n'), README.indexOf('\n## Operate\n'));
const marked = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text ?? '');
interface Row {
  readonly kind: string;
  readonly what: readonly string[];
  readonly values: readonly string[];
  readonly writers: readonly string[];
}
const rows: readonly Row[] = section.split('\n').flatMap((line): Row[] => {
  const cells = line.split('|').map((cell) => cell.trim());
  const [, kind = '', what = '', values = '', writers = ''] = cells;
  return cells.length === 6 && kind !== 'kind' && !/^-+$/.test(kind)
    ? [{ kind, what: marked(what), values: marked(values), writers: marked(writers) }]
    : [];
});
const listed = (kind: string, written?: boolean) =>
  sorted(
    rows
      .filter((row) => row.kind === kind && (written === undefined || row.writers.length > 0 === written))
      .flatMap(({ what }) => what),
  );
const sorted = (names: readonly string[]) => [...new Set(names)].toSorted();

const roots = scripts.map(({ root }) => root);
const calls = roots.flatMap(commands);
const own = new Set(roots.flatMap((root) => functions(root).map(({ name }) => name)));
const module = scriptNamed('Mayfly.Windows.psm1');
const publish = scriptNamed('Publish-MayflyCA.ps1');
/** What a parameter is given literally, in every call of some functions; of a loop's variable: what the loop goes through. */
function literals(called: RegExp, parameter: string): string[] {
  return calls
    .filter(({ name }) => called.test(name))
    .flatMap(({ node, given }) => {
      const [argument] = given.get(parameter) ?? [];
      if (!argument) return [];
      if (!argument.text.startsWith('$')) return strings(argument);
      let loop = above(node, 'foreach_statement');
      while (loop && all(loop, 'variable')[0]?.text !== argument.text) loop = above(loop, 'foreach_statement');
      const [body] = loop ? all(loop, 'statement_block') : [];
      return loop
        ? all(loop, 'string_literal').flatMap((each) => (body && each.startIndex < body.startIndex ? [textOf(each)] : []))
        : [];
    });
}
const hostValues = all(module, 'hash_literal_expression').filter((hash) => entriesOf(hash).has('PolicyKey'));
const entry = (hash: (typeof hostValues)[number], key: string) => strings(entriesOf(hash).get(key) ?? hash)[0] ?? '';
/** Keys that are written in one place and used by name. */
const variables = new Map(
  all(module, 'assignment_expression').map((each) => [each.namedChildren[0]?.text ?? '', strings(each)[0] ?? ''] as const),
);
const LDAP_ACTIONS = all(publish, 'hash_literal_expression').filter((hash) => entriesOf(hash).has('ObjectClass'));

describe('the table "What they touch" of the README', () => {
  it('has every key of the registry that a script names, and no other', () => {
    const named = roots.flatMap(strings).filter((text) => /^(?:SOFTWARE|SYSTEM)\\/.test(text));
    expect(listed('registry')).toEqual(sorted(named.map((key) => key.replace(/\\$/, ''))));
  });
  it('has every value of the registry', () => {
    const read = literals(/^(?:Get-MachineValue|Get-RdpValue|Set-MachineValue|Remove-MachineValue)$/, 'name').filter(
      (name) => name !== '',
    );
    const told = rows.filter(({ kind }) => kind === 'registry').flatMap(({ values }) => values);
    expect(sorted(told)).toEqual(sorted([...read, ...hostValues.map((hash) => entry(hash, 'Name'))]));
  });
  it('marks as written the values that are written', () => {
    const written = rows.filter(({ kind, writers }) => kind === 'registry' && writers.length > 0);
    const told = written.flatMap(({ what, values }) => what.flatMap((key) => values.map((value) => `${key}\\${value}`)));
    const keyOf = (hash: (typeof hostValues)[number]) => variables.get(entriesOf(hash).get('Key')?.text ?? '') ?? '';
    expect(sorted(told)).toEqual(sorted(hostValues.map((hash) => `${keyOf(hash)}\\${entry(hash, 'Name')}`)));
    expect(sorted(written.flatMap(({ writers }) => writers))).toEqual(['Enable-MayflyHost.ps1']);
  });
  it('has every service, and which one is changed', () => {
    expect(listed('service')).toEqual(sorted(literals(/^[GS]et-MachineService$/, 'name')));
    expect(listed('service', true)).toEqual(sorted(literals(/^Set-MachineService$/, 'name')));
  });
  it('has every program', () => {
    expect(listed('program')).toEqual(sorted(literals(/^Invoke-SystemTool$/, 'name')));
  });
  it('has every cmdlet', () => {
    expect(listed('cmdlet')).toEqual(sorted(calls.flatMap(({ name }) => (own.has(name) ? [] : [name]))));
  });
  it('has every class of CIM, every logon right, every file', () => {
    expect(listed('CIM class')).toEqual(sorted(literals(/-Cim/, 'classname')));
    expect(listed('logon right')).toEqual(sorted(roots.flatMap(strings).filter((text) => /^Se\w+Right$/.test(text))));
    const names = roots
      .flatMap((root) => all(root, 'assignment_expression'))
      .filter(({ text }) => text.startsWith('$RecordName = '));
    expect(sorted(rows.filter(({ kind }) => kind === 'file').flatMap(({ values }) => values))).toEqual(
      sorted(names.flatMap(strings)),
    );
    expect(module.text).toContain("'Mayfly.Windows')");
  });
  it('has every class and attribute of the directory, and which are written', () => {
    expect(listed('LDAP class')).toEqual(sorted(LDAP_ACTIONS.map((hash) => entry(hash, 'ObjectClass'))));
    const values = LDAP_ACTIONS.flatMap((hash) =>
      ['Attribute', 'Fillers'].flatMap((key) => strings(entriesOf(hash).get(key) ?? hash)),
    );
    const made = all(publish, 'invokation_expression').filter(({ text }) =>
      text.startsWith('[System.DirectoryServices.Protocols.DirectoryAttribute]::new('),
    );
    const written = sorted([...values, ...made.flatMap(strings)].filter((name) => name !== ''));
    expect(listed('LDAP attribute', true)).toEqual(written);
    const asked = all(publish, 'assignment_expression').filter(({ text }) => text.startsWith('$asked = '));
    const read = [...literals(/^Read-Entry$/, 'attributes'), ...asked.flatMap(strings)];
    expect(listed('LDAP attribute', false)).toEqual(sorted(read.filter((name) => !written.includes(name))));
  });
  it('names scripts that are there', () => {
    const named = sorted([...section.matchAll(/`(\w+-Mayfly\w+\.ps1)`/g)].map(([, name]) => name ?? ''));
    expect(named).toEqual(scripts.map(({ name }) => name).filter((name) => name.endsWith('.ps1')));
  });
});

describe('the examples of the README', () => {
  it('give parameters that the scripts have', () => {
    const blocks = [...section.matchAll(/```powershell\n([\s\S]*?)```/g)].map(([, text]) => text ?? '');
    const given = blocks.flatMap((text) =>
      [...text.matchAll(/(\w+-Mayfly\w+\.ps1)([^|}\n#)]*)/g)].flatMap(([, name = '', behind = '']) =>
        [...behind.matchAll(/ -(\w+)/g)].map(([, parameter = '']) => ({ name, parameter })),
      ),
    );
    expect(given.length).toBeGreaterThan(9);
    const faults = given.filter(({ name, parameter }) => {
      if (/^(?:WhatIf|Confirm)$/.test(parameter)) return false;
      return !new RegExp(`^\\.PARAMETER ${parameter}$`, 'm').test(scriptNamed(name).text);
    });
    expect(faults).toEqual([]);
  });
});
