import { describe, expect, it } from 'vitest';
import { configFolder, examined, faultsOf } from './config-folder.ts';

const folder = configFolder();

describe('YAML traps', () => {
  it.each([
    ['a key twice', 'home: /a\nhome: /b\n', ['2:1 : this key is given twice']],
    ['a tab', 'domains:\n\t- name: a.example\n', ['2:1 : a tab in the indentation']],
    [
      'a merge key',
      'domains:\n  - &d { name: a.example }\n  - { <<: *d }\n',
      ['3:5 domains[1]: name is missing', '3:7 domains[1]: merge keys are not read', '3:7 domains[1]: unknown key'],
    ],
    [
      'an octal number',
      'cas: [{ name: a, passphrase: { file: /p }, maxLifetimeMinutes: 010 }]',
      ['1:64 cas[0].maxLifetimeMinutes: a number that YAML versions read differently'],
    ],
    [
      'an octal number of 1.2',
      'cas: [{ name: a, passphrase: { file: /p }, maxLifetimeMinutes: 0o10 }]',
      ['1:64 cas[0].maxLifetimeMinutes: a number that YAML versions read differently'],
    ],
    [
      'a hexadecimal number',
      'cas: [{ name: a, passphrase: { file: /p }, maxLifetimeMinutes: 0x1e }]',
      ['1:64 cas[0].maxLifetimeMinutes: a number that YAML versions read differently'],
    ],
    ['a tag', 'home: !!str /a\n', ['1:13 home: a YAML tag']],
    [
      'a tag of its own',
      'home: !env HOME\n',
      [
        '1:12 home: a YAML tag',
        '1:12 home: expected the data folder: a path that begins with /, ./ or ../ (from the folder of this file)',
      ],
    ],
    ['a directive', '%YAML 1.1\n---\nhome: /a\n', ['1:1 : a YAML directive']],
    ['a tag directive', '%TAG !e! tag:example,2000:\n---\nhome: /a\n', ['1:1 : a YAML directive']],
    ['two documents', 'home: /a\n---\nhome: /b\n', ['2:1 : more than one YAML document']],
    ['an alias without anchor', 'home: *a\n', ['1:7 home: an alias without an anchor before it']],
    ['an alias in itself', 'domains: &a [*a]\n', ['1:14 domains[0]: an alias that contains itself']],
    ['a key that is no text', '1: x\n', ['1:1 : expected a key that is text']],
    ['a key that is a list', '? [a]\n: x\n', ['1:3 : expected a key that is text']],
    ['bad indentation', 'a:\n    b: 1\n  c: 2\n', ['3:1 : the indentation does not fit']],
    ['an open quote', 'home: "/a\n', ['2:1 : a closing quote, bracket or comma is missing']],
    ['a bad escape', 'home: "\\q"\n', ['1:8 : unknown escape in double quotes']],
    ['NUL', 'home: /a\u0000b\n', ['1:9 : a control character']],
    ['a mark inside', 'home: /a\n\ufeffx: 1\n', ['2:1 : a control character']],
  ])('%s', async (_, content, faults) => {
    expect(await faultsOf(folder, content)).toEqual(faults);
  });

  it('takes no for a name, as YAML 1.2 does', async () => {
    const { config } = await examined(folder, 'domains: [{ name: no }, { name: on, forest: no }]');
    expect(config?.domains.map(({ name }) => name)).toEqual(['no', 'on']);
  });
  it('reads aliases', async () => {
    const { config } = await examined(
      folder,
      'domains: [{ name: a.example, upnSuffixes: &s [x.example] }, { name: b.example, upnSuffixes: *s }]',
    );
    expect(config?.domains[1]?.upnSuffixes).toEqual(['x.example']);
  });
  it('defuses a bomb of aliases', async () => {
    const levels = [...'bcdefgh'].map((name, i) => `- &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(', ')}]`);
    const faults = await faultsOf(folder, ['- &a [x, x, x, x, x, x, x, x, x]', ...levels].join('\n'));
    expect(faults[0]).toBe('1:1 : expected a mapping of settings, found a list');
    expect(faults.some((fault) => fault.endsWith('more than 100 aliases'))).toBe(true);
    const wide = `domains: &a [${'x, '.repeat(5000)}]\ncas: [${'*a, '.repeat(9)}]\n`;
    expect(await faultsOf(folder, wide)).toEqual(['1:1 : more than 20000 values']);
  });
  it.each([
    ['brackets', '['.repeat(20_000)],
    ['braces', '{a: '.repeat(20_000)],
    ['dashes', '- '.repeat(20_000)],
    ['questions', '? '.repeat(20_000)],
    ['40 levels', `${'['.repeat(40)}${']'.repeat(40)}`],
  ])('ends at too deep %s', async (_, content) => {
    expect((await faultsOf(folder, content, 'deep.yaml')).length).toBeGreaterThan(0);
  });
});

describe('octets', () => {
  it.each([
    ['Latin-1', Uint8Array.of(0x68, 0xfc)],
    ['UTF-16', Uint8Array.from(Buffer.from('\ufeffhome: /a', 'utf16le'))],
    ['an overlong form', Uint8Array.of(0x22, 0xc0, 0xaf, 0x22)],
    ['a lone surrogate', Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)],
  ])('%s is not UTF-8', async (_, bytes) => {
    expect(await faultsOf(folder, bytes)).toEqual(['1:1 : not UTF-8']);
  });
});

describe('JSON', () => {
  it.each([
    ['{"home": "/a", "home": "/b"}', ['1:16 : this key is given twice']],
    ['{"home": "/a",}', ['1:15 : expected a key in double quotes']],
    ["{'home': 1}", ['1:2 : expected a key in double quotes']],
    ['{"home" "/a"}', ['1:9 : expected a colon behind the key']],
    ['{"home": /a}', ['1:10 : expected a JSON value']],
    ['{"home": 010}', ['1:10 : expected a JSON value']],
    ['{"home": "/a"', ['1:14 : expected a comma or a closing brace']],
    ['{"domains": [1 2]}', ['1:16 : expected a comma or a closing bracket']],
    ['{} // end', ['1:4 : expected the end of the file']],
    ['{"home": "/a\n"}', ['1:10 : this text is not closed, or holds a control character or an unknown escape']],
    ['{"__proto__": {"home": "/a"}}', ['1:2 : unknown key']],
    ['{"constructor": 1, "toString": 2}', ['1:2 : unknown key', '1:20 : unknown key']],
    ['{"domains": [{"name": "a.example", "__proto__": 1}]}', ['1:36 domains[0]: unknown key']],
    ['', ['1:1 : expected a JSON value']],
    ['null', ['1:1 : the file holds no setting']],
  ])('%s', async (content, faults) => {
    expect(await faultsOf(folder, content, 'mayfly.json')).toEqual(faults);
  });
});
