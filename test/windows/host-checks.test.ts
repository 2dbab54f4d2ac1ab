import { describe, expect, it } from 'vitest';
import { checkIds, factsOf, scripted } from '../../src/doctor/checks.ts';
import { answerToReset } from '../../src/piv/piv-card.ts';
import { all, commands, entriesOf, scriptNamed, scripts, strings } from './powershell.ts';

const test = scriptNamed('Test-MayflyHost.ps1');
const enable = scriptNamed('Enable-MayflyHost.ps1');
/** `$checks = [ordered] @{ id = @{ Title = …; Look = {…} } }`. */
const told = all(test, 'hash_literal_expression').flatMap((hash) =>
  [...entriesOf(hash)].flatMap(([id, value]) => {
    const [inner] = all(value, 'hash_literal_expression');
    const title = inner && entriesOf(inner).get('Title');
    return title ? [[id, strings(title)[0]] as const] : [];
  }),
);
const UNWRITTEN = /UserAuthentication|fEnableSmartCard|fDenyTSConnections/;

describe('Test-MayflyHost.ps1', () => {
  it('reports every check that the doctor leaves to it, and no other, in its words and its order', () => {
    expect(told).toEqual(scripted.map((id) => [id, factsOf(id).title]));
  });
  it('is the script that the doctor names', () => {
    expect(new Set(scripted.map((id) => factsOf(id).script))).toEqual(new Set(['Test-MayflyHost.ps1']));
  });
  it('knows what the card answers to a reset', () => {
    const octets = [...answerToReset].map((octet) => `0x${octet.toString(16).toUpperCase().padStart(2, '0')}`);
    expect(test.text).toContain(`$AnswerToReset = [byte[]] @(${octets.join(', ')})`);
  });
  it('ends each check with a verdict of the doctor', () => {
    const verdicts = commands(test).flatMap(({ name, given }) =>
      name === 'New-Verdict' ? [given.get('verdict')?.[0]?.text ?? ''] : [],
    );
    expect(new Set(verdicts)).toEqual(new Set(["'ok'", "'wrong'", "'cannot-tell'"]));
  });
  it('changes nothing', () => {
    const writing = /^(?:Set|Remove|Add|New|Start|Stop|Move|Enable|Write|Save)-/;
    const allowed = ['Set-StrictMode', 'Add-Type', 'New-Verdict'];
    expect(commands(test).flatMap(({ name }) => (writing.test(name) && !allowed.includes(name) ? [name] : []))).toEqual([]);
  });
});

describe('Enable-MayflyHost.ps1', () => {
  const named = (root: typeof test) =>
    all(root, 'string_literal')
      .map(({ text }) => text.slice(1, -1))
      .filter((text) => text.startsWith('host-'));
  it('sets what checks look at, and names the check', () => {
    const checks = scripts.flatMap(({ root }) => named(root));
    expect(checks.filter((id) => !(checkIds as readonly string[]).includes(id) && id !== 'host-')).toEqual([]);
    expect(named(enable)).toContain('host-smart-card-service');
  });
  it('writes values of the module alone, and never Network Level Authentication', () => {
    const writes = scripts.flatMap(({ root }) => commands(root).filter(({ name }) => name === 'Set-MachineValue'));
    expect(writes.map(({ given }) => given.get('key')?.[0]?.text)).toEqual(['$Row.Key', '$Entry.Key']);
    const module = scriptNamed('Mayfly.Windows.psm1');
    const rows = all(module, 'hash_literal_expression').filter((hash) => entriesOf(hash).has('PolicyKey'));
    const values = rows.map((row) => strings(entriesOf(row).get('Name') ?? row)[0]);
    expect(values).toEqual([
      'fPromptForPassword',
      'SecurityLayer',
      '80000001',
      'Crypto Provider',
      'Smart Card Key Storage Provider',
    ]);
    expect(values.filter((name) => name === undefined || UNWRITTEN.test(name))).toEqual([]);
  });
  it('restores nothing that it does not set itself, whatever a record says', () => {
    expect(enable.text).toMatch(/\$known -notcontains \('\{0\}\\\{1\}' -f \$_\.Key, \$_\.Name\)/);
  });
});
