import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PolicyError, ruleFaultLine } from '../../src/policy/rule-fault.ts';
import { ruleTexts } from '../../src/policy/rule-text.ts';
import { parseRules } from '../../src/policy/rules.ts';
import { policySchema } from '../../src/policy/schema.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { property, same } from '../wire/property.ts';
import { permit, rulesOf } from './question.ts';

function faults(...texts: readonly string[]): readonly string[] {
  try {
    rulesOf(...texts);
    return [];
  } catch (e) {
    if (!(e instanceof PolicyError)) throw e;
    return e.faults.map(ruleFaultLine);
  }
}
const good = permit('good');

describe('rules that are read', () => {
  it('have name, effect, place and terms', () => {
    const text = `// first\n\n${permit('a', 'true', '@minutes("5") @channels("drives usb") @allows("legal-notice") @approve("2 of Lead People")')}\n  @id("b") forbid (principal, action, resource);`;
    expect(rulesOf(text).rules).toMatchObject([
      {
        name: 'a',
        effect: 'permit',
        line: 3,
        minutes: 5,
        channels: ['drives', 'usb'],
        allows: ['legal-notice'],
        approvals: [{ count: 2, group: 'Lead People' }],
      },
      { name: 'b', effect: 'forbid', line: 4, minutes: 60, channels: [], allows: [], approvals: [] },
    ]);
  });
  it.each<[string, string, string]>([
    ['no name', 'permit (principal, action == Action::"open", resource);', '0.cedar:1:1: the rule has no name'],
    ['a name of other letters', permit('a b'), '@id is not of the form'],
    ['the name of a built-in rule', permit('tier-zero-group'), 'the name tier-zero-group is that of a built-in rule'],
    ['one name twice', `${good}\n${good}`, '0.cedar:2:1: the name good is that of the rule in 0.cedar:1'],
    ['no action', '@id("x") permit (principal, action, resource);', 'a permit names its actions'],
    ['an unknown annotation', permit('x', 'true', '@aprove("1 of a")'), 'there is no annotation @aprove'],
    ['no minutes', permit('x', 'true', '@minutes("0")'), '@minutes is not of the form'],
    ['too many minutes', permit('x', 'true', '@minutes("1441")'), '@minutes is not of the form'],
    ['minutes with a sign', permit('x', 'true', '@minutes("+5")'), '@minutes is not of the form'],
    ['an unknown channel', permit('x', 'true', '@channels("drive")'), '@channels is not of the form'],
    ['an unknown allowance', permit('x', 'true', '@allows("input")'), '@allows is not of the form'],
    [
      'an allowance of a forbid',
      '@id("x") @allows("legal-notice") forbid (principal, action, resource);',
      '@allows says nothing on a forbid',
    ],
    ['a channel twice', permit('x', 'true', '@channels("usb usb")'), '@channels is not of the form'],
    ['approval by nobody', permit('x', 'true', '@approve("0 of a")'), '@approve is not of the form'],
    ['approval by more than 20', permit('x', 'true', '@approve("21 of a")'), '@approve is not of the form'],
    ['approval of no group', permit('x', 'true', '@approve("2 of ")'), '@approve is not of the form'],
    ['approval of a padded group', permit('x', 'true', '@approve("2 of  a")'), '@approve is not of the form'],
    ['an annotation without value', permit('x', 'true', '@approve'), '@approve is not of the form'],
    ['terms of a forbid', '@id("x") @minutes("5") forbid (principal, action, resource);', '@minutes says nothing on a forbid'],
    ['a sentence of a permit', permit('x', 'true', '@says("a")'), '@says says nothing on a permit'],
    ['a sentence of two lines', '@id("x") @says("a\\nb") forbid (principal, action, resource);', '@says is not of the form'],
    ['a misspelt action', '@id("x") permit (principal, action == Action::"opn", resource);', 'opn'],
    ['a misspelt mode', permit('x', 'context.mode == Mode::"cards"'), 'cards'],
    ['a misspelt attribute', permit('x', 'context.account.Own'), 'Own'],
    ['a tag that may not be there', permit('x', 'principal.getTag("a") == "b"'), 'tag'],
    ['a type error', permit('x', 'context.hour == "8"'), 'type'],
    ['what never applies', permit('x', 'false'), 'never applies'],
    ['a host in upper case', permit('x', 'resource == Host::"Desk1"'), '"Desk1" never matches: write "desk1"'],
    ['a group of accounts in upper case', permit('x', 'context.account in AccountGroup::"Robots"'), 'write "robots"'],
    ['a UPN in upper case', permit('x', 'context.account.userPrincipalName == "A@b"'), 'write "a@b"'],
    ['a pattern in upper case', permit('x', 'resource.name like "DESK*"'), 'never matches'],
    ['a template', '@id("x") permit (principal == ?principal, action == Action::"open", resource);', 'template'],
    ['half a rule', '@id("x") permit (principal, action == Action::"open"', '0.cedar:1:'],
    ['a text that is not closed', '@id("x) permit (principal, action, resource);', 'a text in double quotes is not closed'],
    ['an address that is none', permit('x', 'context.network.isInRange(ip("10.0.0.0/33"))'), '0.cedar:1:'],
    ['deep nesting', permit('x', `${'('.repeat(30)}true${')'.repeat(30)}`), 'brackets are nested deeper than 24'],
    ['a long chain', permit('x', Array(200).fill('true').join(' && ')), 'more than 160 operators'],
    ['a rule as long as a book', permit('x', `context.caller == "${'x'.repeat(70_000)}"`), 'longer than 65536'],
  ])('refused: %s', (_, text, fault) => {
    expect(faults(text).join('\n')).toContain(fault);
  });
  it('refused whole: not one of a thousand and one, a file over 1 MiB, half a letter, an odd schema', () => {
    expect(faults(Array.from({ length: 1001 }, (_, i) => permit(`r${i}`)).join('\n'))).toEqual([
      '0.cedar:1:1: there are more than 1000 rules',
    ]);
    expect(faults(`//${'x'.repeat(1 << 20)}`)).toEqual(['0.cedar:1:1: the file is larger than 1 MiB']);
    expect(faults('// \ud800')).toEqual(['0.cedar:1:1: the file is not well-formed Unicode']);
    for (const schema of [
      'nonsense',
      `type A = ${'Set<'.repeat(3000)}Long${'>'.repeat(3000)};`,
      'x'.repeat(70_000),
      policySchema.replace('hour: Long,', ''),
    ])
      expect(() => parseRules([{ name: 'a', text: good }], schema)).toThrow(MayflyError);
    // What must not happen to a process is that the engine is gone afterwards.
    expect(faults(good)).toEqual([]);
  });
  it('every fault of every file is told, in their order', () => {
    expect(faults(`permit (principal, action, resource);\n\n${good}`, good)).toEqual([
      '0.cedar:1:1: the rule has no name: write @id("name") before it',
      '0.cedar:1:1: a permit names its actions: write action == Action::"open", or action in [Action::"open", Action::"openTicket"]',
      '1.cedar:1:1: the name good is that of the rule in 0.cedar:3',
    ]);
  });
  it('comments hide nothing: carriage returns end them, as they do for the engine', () => {
    expect(rulesOf(`// a comment\r${good}`).rules).toHaveLength(1);
    expect(
      rulesOf(`// ${good}\n// @id("no") forbid (principal, action, resource);\n${permit('b')}`).rules.map(({ name }) => name),
    ).toEqual(['b']);
    expect(rulesOf(permit('a', 'context.caller != "// no comment; /* nor this */"')).rules).toHaveLength(1);
    expect(rulesOf(`\ufeff${good}`).rules).toHaveLength(1);
  });
});

const words = [
  ...[
    'permit',
    'forbid',
    '(',
    ')',
    'principal',
    'action',
    'resource',
    ',',
    ';',
    '==',
    'in',
    'when',
    'unless',
    '{',
    '}',
    '@id',
    '@approve',
  ],
  ...[
    '("a")',
    '("2 of b")',
    'Action::"open"',
    'Group::"g"',
    'context.hour',
    '.',
    '!',
    '&&',
    '||',
    '"',
    '\\',
    '//',
    '\r',
    '\n',
    ' ',
    '<',
    '0',
    '[',
    ']',
    '?principal',
    'if',
    'then',
    'else',
    'like',
    'has',
    '\u{1f600}',
    'é',
    '\ufeff',
    '\0',
  ],
];
const soup = fc.array(fc.constantFrom(...words), { maxLength: 40 }).map((parts) => parts.join(''));
const damaged = fc
  .tuple(fc.nat(good.length), fc.nat(6), soup)
  .map(([at, drop, text]) => good.slice(0, at) + text.slice(0, 8) + good.slice(at + drop));

describe('any text', () => {
  property('is cut into its rules without losing a letter of them', fc.oneof(soup, damaged, fc.string()), (text) => {
    const rules = ruleTexts('x', text);
    let at = 0;
    for (const rule of rules) {
      const found = text.indexOf(rule.text, at);
      same(found >= at, true, 'a rule is where it was');
      const before = text.slice(0, found).split(/\r\n|\n|\r/);
      same([rule.line, rule.column], [before.length, (before.at(-1) ?? '').length + 1], 'place');
      at = found + rule.text.length;
    }
  });
  it('is rules, or a typed error that names file and place', () => {
    fc.assert(
      fc.property(fc.oneof(soup, damaged, fc.string()), (text) => {
        try {
          parseRules([{ name: 'x.cedar', text }], policySchema);
        } catch (e) {
          if (!(e instanceof PolicyError) || e.faults.length === 0) throw new Error('another error', { cause: e });
          for (const { file, line, column } of e.faults) {
            if (file !== 'x.cedar' || line < 1 || column < 1 || text.split(/\r\n|\n|\r/).length < line)
              throw new Error(`${file}:${line}:${column}`, { cause: e });
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
