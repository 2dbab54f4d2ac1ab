import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Home, mayfly, newHome } from './mayfly.ts';

const table = join(import.meta.dirname, '..', 'policy', 'table');
const config = ['--config', join(table, 'mayfly.yaml')];
let home: Home;
beforeAll(() => {
  home = newHome();
});
interface Result {
  readonly name: string;
  readonly ok: boolean;
  readonly differences: readonly string[];
}
const cases = async (file: string) => {
  const { code, stdout } = await mayfly(home, 'policy', 'test', file, ...config, '--json');
  return { code, ...(JSON.parse(stdout) as { readonly ok: boolean; readonly cases: readonly Result[] }) };
};
const beside = (name: string, content: string) => {
  const file = join(home.beside, name);
  writeFileSync(file, content);
  return file;
};

describe('mayfly policy test', () => {
  it('the table of cases comes out as it expects', async () => {
    const ran = await cases(join(table, 'cases.yaml'));
    expect(ran.cases.filter(({ ok }) => !ok)).toEqual([]);
    expect(ran.code).toBe(0);
    expect(ran.cases.length).toBeGreaterThanOrEqual(60);
  });
  it('each case fails that expects something else', async () => {
    const text = readFileSync(join(table, 'cases.yaml'), 'utf8');
    const wrong = text.replaceAll(/expect: ([a-z-]+)/g, (_, state) => `expect: ${state === 'granted' ? 'denied' : 'granted'}`);
    const ran = await cases(beside('wrong.yaml', wrong));
    expect(ran.code).toBe(1);
    expect(ran.cases.filter(({ ok }) => ok)).toEqual([]);
  });
  it.each([
    ['minutes: 480', 'minutes: 481', 'expected 481 minutes, are 480'],
    ['by: [desks]', 'by: [desks, servers]', 'expected by desks, servers, is desks'],
    ['clipboard-out, audio-out]', 'clipboard-out]', 'is audio-out, clipboard-in, clipboard-out'],
    ['approvals: [2 of db-owners]', 'approvals: [1 of db-owners]', 'expected approvals 1 of db-owners, is 2 of db-owners'],
  ])('with %s for %s', async (right, wrong, difference) => {
    const text = readFileSync(join(table, 'cases.yaml'), 'utf8');
    expect(text).toContain(right);
    const file = beside('other.yaml', text.replace(right, wrong));
    const { code, stdout } = await mayfly(home, 'policy', 'test', file, ...config);
    expect(code).toBe(1);
    expect(stdout).toContain(difference);
    expect(stdout).toMatch(/^\d+ cases, 1 failed$/m);
  });
  it('names every fault of a file of cases', async () => {
    const file = beside(
      'faulty.yaml',
      'people: { a: { group: [x] } }\ncases:\n  - { name: one, person: b, expect: granted }\n  - { name: two, person: a, expect: allow, host: h }\n',
    );
    const { code, stderr } = await mayfly(home, 'policy', 'test', file, ...config);
    expect(code).toBe(1);
    expect(stderr.split('\n').filter((line) => line.includes(file))).toEqual([
      `mayfly: ${file}:1:16: people.a: unknown key, perhaps groups`,
      `mayfly: ${file}:4:37: cases[1].expect: expected granted, awaiting-approval or denied`,
    ]);
    const names = beside('names.yaml', 'people: {}\ncases:\n  - { name: one, person: b, expect: granted }\n');
    const json = await mayfly(home, 'policy', 'test', names, ...config, '--json');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, error: { code: 'policy-cases' } });
    expect(json.stderr).toContain(`${names}:3:26: cases[0].person: no such person is defined`);
    expect(json.stderr).toContain(`${names}:3:5: cases[0]: there is no host`);
  });
});

describe('mayfly policy check', () => {
  it('lists the rules with their places and terms', async () => {
    const { code, stdout } = await mayfly(home, 'policy', 'check', ...config);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^ {2}permit {2}databases {2}.*10-people\.cedar:20 {2}\(30 minutes, channels clipboard-in, approved by 2 of db-owners\)$/m,
    );
    expect(stdout.endsWith('no fault\n')).toBe(true);
  });
  it('without a configuration says that the built-in rules are in force', async () => {
    const { code, stdout } = await mayfly(home, 'policy', 'check', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      folder: null,
      rules: [{ name: 'self-service', minutes: 60 }],
      hosts: 0,
    });
  });
  it('names every fault in every file', async () => {
    const rules = join(home.beside, 'rules');
    cpSync(join(table, 'rules'), rules, { recursive: true });
    writeFileSync(join(rules, '50-new.cedar'), 'permit (principal, action, resource);\n');
    writeFileSync(join(rules, '60-new.cedar'), '@id("x")\npermit (principal, action == Action::"opn", resource);\n');
    const { code, stderr } = await mayfly(home, 'policy', 'check', ...config, '--rules', rules);
    expect(code).toBe(1);
    expect(stderr).toContain(`${join(rules, '50-new.cedar')}:1:1: the rule has no name`);
    expect(stderr).toContain(`${join(rules, '50-new.cedar')}:1:1: a permit names its actions`);
    expect(stderr).toMatch(/60-new\.cedar:2:\d+: .*opn/);
    expect(stderr).not.toContain('10-people');
  });
  it('does not fall back where a folder or a file is named', async () => {
    for (const [option, path, said] of [
      ['--rules', '/nowhere/rules', 'the folder of rules /nowhere/rules cannot be read (ENOENT)'],
      ['--directory', '/nowhere/d.yaml', '/nowhere/d.yaml: there is no such file'],
    ] as const) {
      const { code, stderr } = await mayfly(home, 'policy', 'check', option, path);
      expect(code).toBe(1);
      expect(stderr).toContain(said);
    }
  });
});

describe('mayfly policy explain', () => {
  const ask = ['policy', 'explain', ...config, '--host', 'db1.corp.example', '--network', '10.1.0.1'];
  const bob = [...ask, '--person', 'bob@staff.example', '--group', 'server-team'];
  it('says which rules decided, and what the others would have', async () => {
    const { code, stdout } = await mayfly(home, ...bob, '--mode', 'card', '--reason', 'r');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^denied\nservers are reached through the gateway\ndecided by no-cards-on-servers {2}.*90-never\.cedar:14\n/,
    );
    expect(stdout).toMatch(/^would permit: servers {2}.*10-people\.cedar:9$/m);
  });
  it('says what no rule permits, and which would have to', async () => {
    const { code, stdout } = await mayfly(home, ...ask, '--person', 'bob@staff.example', '--group', 'nobodies');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^denied\nno rule gives/);
    expect(stdout).toMatch(/^person: groups nobodies; strength none$/m);
    expect(stdout).toMatch(/^host: db1\.corp\.example; labels .*tier=db/m);
    expect(stdout).toMatch(/^request: mode gateway; proof self; reason none; from 10\.1\.0\.1$/m);
    expect(stdout).toMatch(/^does not permit it: servers {2}.*10-people\.cedar:9$/m);
  });
  it('as JSON', async () => {
    const { code, stdout } = await mayfly(home, ...bob, '--reason', 'r', '--json', '--time', '2030-03-18T10:00:00Z');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      at: '2030-03-18T10:00:00Z',
      effect: 'allow',
      rules: ['servers', 'databases'],
      minutes: 30,
      approvals: [{ count: 2, group: 'db-owners' }],
    });
  });
  it('says that a built-in rule has no rule above it', async () => {
    const { stdout } = await mayfly(home, ...bob, '--account', 'm512');
    expect(stdout).toContain('decided by tier-zero-group, which is built in: no rule lifts it');
  });
  it('exit code 2 for what is not understood', async () => {
    expect((await mayfly(home, ...ask)).code).toBe(2);
    expect((await mayfly(home, ...bob, '--mode', 'none')).code).toBe(2);
    expect((await mayfly(home, ...bob, '--claim', 'x')).code).toBe(1);
    expect((await mayfly(home, 'policy')).code).toBe(2);
  });
});

it('every command has help', async () => {
  for (const name of ['check', 'test', 'explain', 'schema']) {
    const { code, stdout } = await mayfly(home, 'policy', name, '--help');
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: mayfly policy ${name}`);
  }
  expect((await mayfly(home, 'policy', 'schema')).stdout).toContain('entity Person');
});
