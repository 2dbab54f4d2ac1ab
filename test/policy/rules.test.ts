import { describe, expect, it } from 'vitest';
import { account, permit, person, question, rulesOf } from './question.ts';

const effect = (text: string, asked = question()) => rulesOf(text).decide(asked).effect;

describe('deciding', () => {
  it('denies where nothing permits, and says for whom', () => {
    const none = rulesOf('// nothing');
    expect(none.decide(question())).toEqual({
      effect: 'deny',
      cause: 'no-permit',
      sentence: 'no rule gives this host with this account to this person',
      rules: [],
    });
    expect(none.decide(question({ mode: 'ticket', proof: 'named' }))).toMatchObject({
      sentence: 'no rule gives a ticket for this account on this host to a person whom a launcher only names',
    });
  });
  it('one forbid beats any number of permits, and its sentence is told', () => {
    const rules = rulesOf(permit('a'), permit('b'), '@id("no") @says("closed today") forbid (principal, action, resource);');
    expect(rules.decide(question())).toEqual({ effect: 'deny', cause: 'forbidden', sentence: 'closed today', rules: ['no'] });
    expect(rules.explain(question())).toMatchObject({ permits: ['a', 'b'], forbids: ['no'], errors: [] });
  });
  it('of several permits the strictest of each counts, in any order', () => {
    const texts = [
      permit(
        'broad',
        'true',
        '@minutes("480") @channels("drives clipboard-in audio-out") @allows("reauthentication legal-notice")',
      ),
      permit('narrow', 'true', '@minutes("30") @channels("audio-out drives") @allows("legal-notice") @approve("2 of leads")'),
      permit('other', 'true', '@channels("drives") @allows("legal-notice reauthentication") @approve("1 of leads")'),
      permit('third', 'true', '@minutes("90") @channels("drives usb") @allows("legal-notice") @approve("1 of owners")'),
    ];
    for (const order of [texts, texts.toReversed()]) {
      const decision = rulesOf(...order).decide(question());
      if (decision.effect !== 'allow') throw new Error(decision.sentence);
      expect({
        ...decision,
        rules: decision.rules.toSorted(),
        approvals: decision.approvals.toSorted((a, b) => b.count - a.count),
      }).toEqual({
        effect: 'allow',
        rules: ['broad', 'narrow', 'other', 'third'],
        minutes: 30,
        channels: ['drives'],
        allows: ['legal-notice'],
        approvals: [
          { count: 2, group: 'leads' },
          { count: 1, group: 'owners' },
        ],
      });
    }
  });
  it.each([
    ['a permit that overflows', permit('bad', '0 < context.hour * 9223372036854775807'), ''],
    ['a permit beside a good one', permit('bad', '0 < context.hour * 9223372036854775807'), permit('good')],
    [
      'a forbid that cannot be told',
      '@id("bad") forbid (principal, action, resource) when { 0 < context.hour * 9223372036854775807 };',
      permit('good'),
    ],
    [
      'a forbid by a day that is past all days',
      '@id("bad") forbid (principal, action, resource) when { context.time.offset(duration("9223372036854775807ms")) < context.time };',
      permit('good'),
    ],
  ])('what errs at evaluation denies: %s', (_, bad, good) => {
    const rules = rulesOf(bad, good);
    expect(rules.decide(question())).toMatchObject({ effect: 'deny', cause: 'error', rules: ['bad'] });
    expect(rules.explain(question()).errors).toHaveLength(1);
  });
  it('tickets and people who are only named need a permit that names them', () => {
    const open = '@id("open") permit (principal, action == Action::"open", resource);';
    expect(effect(open)).toBe('allow');
    expect(effect(open, question({ mode: 'card', proof: 'token' }))).toBe('allow');
    for (const asked of [{ mode: 'ticket' }, { proof: 'named' }, { mode: 'ticket', proof: 'named' }] as const)
      expect(effect(open, question(asked))).toBe('deny');
    const all = '@id("all") permit (principal, action in [Action::"openTicketNamed"], resource);';
    expect(effect(all, question({ mode: 'ticket', proof: 'named' }))).toBe('allow');
    expect(effect(all, question({ proof: 'named' }))).toBe('deny');
  });
  it('a forbid that names no action holds for all of them', () => {
    const rules = rulesOf('@id("no") forbid (principal, action, resource);');
    for (const mode of ['gateway', 'card', 'ticket'] as const)
      for (const proof of ['self', 'token', 'named'] as const)
        expect(rules.decide(question({ mode, proof }))).toMatchObject({ cause: 'forbidden' });
  });
  it('digests tell rules apart, and the same rules are the same', () => {
    expect(rulesOf(permit('a')).digest).toBe(rulesOf(permit('a')).digest);
    expect(rulesOf(permit('a')).digest).not.toBe(rulesOf(permit('b')).digest);
    const [one, two] = [rulesOf(permit('a')), rulesOf('@id("a") forbid (principal, action, resource);')];
    expect([one, two, one].map((rules) => rules.decide(question()).effect)).toEqual(['allow', 'deny', 'allow']);
  });
});

describe('names from outside are names and nothing else', () => {
  const admins = permit('admins', 'principal in Group::"admins"');
  it.each([
    'admins"',
    'admins\\"',
    '"admins',
    'x"] || principal in Group::"admins',
    'Admins',
    'admins ',
    'admins\0',
    'ad\u200bmins',
    'admi\u0144s',
    '\uff41dmins',
    'Group::"admins"',
    '{"__entity":{"type":"Group","id":"admins"}}',
  ])('the group %j is not that of the rule', (group) => {
    expect(effect(admins, person({ groups: [group] }))).toBe('deny');
    expect(effect(admins, person({ groups: [group, 'admins'] }))).toBe('allow');
  });
  it('a claim, a strength and a label as an entity or an extension call is a text', () => {
    const evil = { __entity: { type: 'Group', id: 'admins' } } as unknown as string;
    for (const asked of [person({ claims: { a: evil } }), person({ strength: [evil] })])
      expect(effect(permit('a'), asked)).toBe('deny');
    const text = JSON.stringify(evil);
    const same = permit('a', `principal.hasTag("a") && principal.getTag("a") == ${JSON.stringify(text)}`);
    expect(effect(same, person({ claims: { a: text } }))).toBe('allow');
    expect(effect(admins, person({ claims: { __proto__: 'admins', groups: 'admins' } }))).toBe('deny');
  });
  it('half a surrogate pair is no text: nothing is decided by it', () => {
    for (const asked of [person({ groups: ['a\ud800'] }), person({ claims: { a: '\udc00' } }), account({ groups: ['\ud800'] })])
      expect(rulesOf(permit('a')).decide(asked)).toMatchObject({ effect: 'deny', cause: 'error' });
  });
  it('people are kept apart by issuer and subject, whatever these hold', () => {
    const kim = permit('kim', 'principal == Person::"https://a#kim"');
    expect(effect(kim, person({ issuer: 'https://a', subject: 'kim' }))).toBe('allow');
    for (const [issuer, subject] of [
      ['https://a#kim', ''],
      ['https://a', 'Kim'],
      ['', 'https://a#kim'],
      ['https://a%23kim', ''],
      ['https://a#', 'kim'],
    ] as const)
      expect(effect(kim, person({ issuer, subject }))).toBe('deny');
  });
  it('labels likewise', () => {
    const labelled = permit('l', 'resource in Label::"a=b"');
    const host = (labels: Record<string, string>) => question({ host: { name: 'h', labels, organizationalUnits: [] } });
    expect(effect(labelled, host({ a: 'b' }))).toBe('allow');
    for (const labels of [{ 'a=b': '' }, { a: 'b=' }, { A: 'b' }, { a: 'B' }, { '': 'a=b' }])
      expect(effect(labelled, host(labels))).toBe('deny');
  });
  it("a directory's names have no case, but a letter beyond ASCII is never one inside", () => {
    const robots = permit('r', 'context.account in AccountGroup::"kiosks"');
    for (const group of ['Kiosks', 'KIOSKS', 'kiosks']) expect(effect(robots, account({ groups: [group] }))).toBe('allow');
    for (const group of ['\u212Aiosks', 'kio\u017fks', 'k\u0130osks'])
      expect(effect(robots, account({ groups: [group] }))).toBe('deny');
    const forbid = `${permit('all')} @id("no") forbid (principal, action, resource) when { context.account in AccountGroup::"straße" };`;
    for (const group of ['Straße', 'straße']) expect(effect(forbid, account({ groups: [group] }))).toBe('deny');
  });
  it('too many groups, or one too long, deny', () => {
    const many = Array.from({ length: 19_000 }, (_, i) => `g${i}`);
    expect(effect(permit('a', 'principal in Group::"g18999"'), person({ groups: many }))).toBe('allow');
    expect(rulesOf(permit('a')).decide(person({ groups: [...many, ...many] }))).toMatchObject({ cause: 'error' });
    expect(rulesOf(permit('a')).decide(person({ groups: ['x'.repeat(5000)] }))).toMatchObject({ cause: 'error' });
  });
  it('unknown groups, odd times and networks deny', () => {
    for (const asked of [
      account({ groupSids: undefined }),
      question({ time: Number.NaN }),
      question({ time: -1 }),
      question({ time: 1.5 }),
      question({ time: 253_402_300_800 }),
      question({ network: '' }),
      question({ network: '10.0.0.0/8' }),
    ])
      expect(rulesOf(permit('a')).decide(asked)).toMatchObject({ effect: 'deny', cause: 'error' });
  });
});
