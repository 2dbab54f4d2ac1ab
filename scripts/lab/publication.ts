import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { assert, said } from './clients/expected.ts';
import { CutConnection } from './cut-connection.ts';
import { DOMAIN } from './domain.ts';
import { type Forest, PUBLIC_KEY_SERVICES } from './forest.ts';
import type { LabRun } from './lab-run.ts';
import { opensslCa } from './openssl-certificate.ts';

const NTAUTH = `CN=NTAuthCertificates,${PUBLIC_KEY_SERVICES}`;
const OTHERS = 10;

/** What `mayfly ca show` says of the CA: where it has to be found. */
interface Shown {
  readonly keyId: string;
  readonly crlFile: string;
  readonly certificateFile: string;
}
export async function shownCa({ mayfly }: Forest, ca: string = mayfly.ca): Promise<Shown> {
  return JSON.parse(await mayfly.run('ca', 'show', '--ca', ca, '--json')) as Shown;
}
export const derIn = (file: string): Buffer => new X509Certificate(readFileSync(file)).raw;
export const crlName = (keyId: string): string => `CN=${keyId},CN=Mayfly,CN=CDP,${PUBLIC_KEY_SERVICES}`;

/** Each object, with the octets that it must hold among its values. */
async function held(
  { admin }: Forest,
  { keyId, crlFile, certificateFile }: Shown,
): Promise<readonly [string, boolean | undefined][]> {
  const objects = [
    [NTAUTH, 'cACertificate', derIn(certificateFile)],
    [`CN=${keyId},CN=AIA,${PUBLIC_KEY_SERVICES}`, 'cACertificate', derIn(certificateFile)],
    [`CN=${keyId},CN=Certification Authorities,${PUBLIC_KEY_SERVICES}`, 'cACertificate', derIn(certificateFile)],
    [crlName(keyId), 'certificateRevocationList', readFileSync(crlFile)],
  ] as const;
  return Promise.all(
    objects.map(async ([name, attribute, octets]) => {
      const values = await admin.values(name, attribute);
      return [name, values?.some((value) => value.equals(octets))] as const;
    }),
  ).then((all) => all.map(([name, is]) => [name, is]));
}
export async function assertHeld(forest: Forest, shown: Shown): Promise<string> {
  const objects = await held(forest, shown);
  for (const [name, isHeld] of objects) assert(isHeld === true, `${name} does not hold ours (${isHeld})`);
  return `${objects.length} objects, byte for byte`;
}
const apply = (forest: Forest, ...options: readonly string[]) =>
  ['ad', 'apply', '--ca', forest.mayfly.ca, '--yes', ...options] as const;
/** Run by an enterprise admin: the publication, and the rights of the daily account. */
export async function publishAsAdmin(forest: Forest, ca: string = forest.mayfly.ca): Promise<string> {
  const { mayfly, asAdmin } = forest;
  const output = await mayfly.run('ad', 'apply', '--ca', ca, '--yes', ...asAdmin);
  await mayfly.run('ad', 'rights', '--ca', ca, '--apply', '--yes', ...asAdmin);
  return said(output, /(\d+ changes written|no change)/);
}

/** Shows 1. */
export async function publication(lab: LabRun, forest: Forest): Promise<void> {
  const { steps } = lab;
  const { mayfly, admin, asAdmin } = forest;
  const shown = await shownCa(forest);
  const others = await steps.run(
    'NTAuth with ten other CAs',
    () => otherCas(lab, forest),
    ({ length }) => `${length} of them`,
  );
  await steps.run(
    'mayfly ad plan: a lab CA is refused',
    async () => {
      await mayfly.run('ca', 'init', '--lab', '--ca', 'lab', '--domain', DOMAIN);
      return said(await mayfly.attempt('ad', 'plan', '--ca', 'lab'), /is a lab CA: it is never published/);
    },
    String,
  );
  await steps.run(
    'mayfly ad plan: what is missing, nothing touched',
    async () => {
      const output = await mayfly.run('ad', 'plan', '--ca', 'corp', '--json');
      const { changes } = JSON.parse(output) as { changes: number };
      const objects = await held(forest, shown);
      assert(changes === 5 && objects.every(([, is]) => is !== true), output);
      return `${changes} changes`;
    },
    String,
  );
  await steps.run(
    'mayfly ad apply as the service account: names what needs an enterprise admin',
    async () => {
      const refused = await mayfly.attempt(...apply(forest));
      assert(refused.code === 1, `ended with code ${refused.code}`);
      return said(refused, /\d+ changes need an enterprise admin/);
    },
    String,
  );
  await steps.run(
    'the right that is missing is named',
    async () => {
      // The daily account by another name: it binds as an admin would, and is none.
      const asService = ['--account', `svc-mayfly@${DOMAIN}`, '--password-file', lab.path('service.password')];
      return said(
        await mayfly.attempt(...apply(forest, ...asService)),
        /adding CN=Mayfly,CN=CDP,[^:]*: the account has no right to do this/,
      );
    },
    String,
  );
  await steps.run(
    'two at once: mayfly ad apply as an enterprise admin, twice at the same time',
    async () => {
      const both = await Promise.all([1, 2].map(() => mayfly.attempt(...apply(forest, ...asAdmin))));
      assert(
        both.every(({ code }) => code === 0),
        both.map(({ stderr }) => stderr).join(' '),
      );
      return both.map((each) => said(each, /(\d+ changes written|no change)/)).join('; ');
    },
    String,
  );
  await steps.run('ldapsearch: what is there', () => assertHeld(forest, shown), String);
  await steps.run('ldapsearch: the ten other CAs', () => assertOthers(forest, others), String);
  await steps.run(
    'mayfly ad apply again',
    async () => said(await mayfly.run(...apply(forest, ...asAdmin)), /^no change$/m),
    String,
  );
  await steps.run(
    'mayfly ad rights: what is lacking, granted',
    async () => {
      const before = await mayfly.attempt('ad', 'rights', '--ca', 'corp', ...asAdmin);
      assert(before.code === 1, 'nothing was lacking');
      await mayfly.run('ad', 'rights', '--ca', 'corp', '--apply', '--yes', ...asAdmin);
      return said(await mayfly.run('ad', 'rights', '--ca', 'corp'), /has them/);
    },
    String,
  );
  await steps.run(
    'the service account: a new CRL, day by day',
    async () => {
      await mayfly.serve();
      await mayfly.run('ca', 'crl', '--ca', 'corp', '--fresh');
      const output = await mayfly.run('ad', 'crl', '--ca', 'corp');
      await assertHeld(forest, shown);
      return said(output, /published: CN=[0-9a-f]+/);
    },
    String,
  );
  await steps.run('the service account: and nothing more', () => nothingMore(forest, shown), String);
  await steps.run(
    'mayfly ad undo, and again',
    async () => {
      const output = await mayfly.run('ad', 'undo', '--ca', 'corp', '--yes', ...asAdmin);
      for (const [name, isHeld] of await held(forest, shown)) assert(isHeld !== true, `${name} is still there`);
      assert((await admin.values(`CN=Mayfly,CN=CDP,${PUBLIC_KEY_SERVICES}`, 'cn')) === undefined, 'the container is left');
      const again = await mayfly.run('ad', 'undo', '--ca', 'corp', '--yes', ...asAdmin);
      return `${said(output, /\d+ writes to take back/)}; then ${said(again, /\d+ writes to take back/)}`;
    },
    String,
  );
  await steps.run('ldapsearch: the ten other CAs are left', () => assertOthers(forest, others), String);
  await steps.run('mayfly ad apply while the line is cut again and again', () => cut(lab, forest, shown), String);
  await steps.run('published again, for what follows', () => publishAsAdmin(forest), String);
}

/** Certificates of strangers, in an NTAuthCertificates that is there before Mayfly comes. */
async function otherCas(lab: LabRun, { admin }: Forest): Promise<readonly Buffer[]> {
  const certificates: Buffer[] = [];
  for (let i = 0; i < OTHERS; i++) certificates.push(derIn((await opensslCa(lab, `other-${i}`)).certificate));
  const value = (name: string, octets: Uint8Array) => `${name}:: ${Buffer.from(octets).toString('base64')}\n`;
  const filler = Uint8Array.of(0);
  const { code, stderr } = await admin.modify(
    `dn: ${NTAUTH}\nchangetype: add\nobjectClass: certificationAuthority\n${value('authorityRevocationList', filler)}${value('certificateRevocationList', filler)}${certificates.map((each) => value('cACertificate', each)).join('')}`,
  );
  assert(code === 0, stderr);
  return certificates;
}
async function assertOthers({ admin }: Forest, others: readonly Buffer[]): Promise<string> {
  const values = (await admin.values(NTAUTH, 'cACertificate')) ?? [];
  const left = others.filter((other) => values.some((value) => value.equals(other))).length;
  assert(left === OTHERS, `${left} of ${OTHERS} are left`);
  return `all ${OTHERS}, of ${values.length}`;
}
/** The line to the directory is cut at one message after the other; each run goes on where the one before had to stop. */
async function cut(lab: LabRun, forest: Forest, shown: Shown): Promise<string> {
  const { samba, mayfly, enterprise, asAdmin } = forest;
  const line = await CutConnection.start({ address: samba.address, port: 1636 }, samba.address, 636);
  const password = { file: lab.path('service.password') };
  const directory = {
    domain: DOMAIN,
    servers: [`${samba.host}:1636`],
    anchors: [enterprise.certificate],
    account: `svc-mayfly@${DOMAIN}`,
    password,
  };
  const configuration = lab.write('cut.json', JSON.stringify({ domains: [{ name: DOMAIN }], directories: [directory] }));
  let failed = 0;
  try {
    for (let after = 8; after < 40; after += 3) {
      line.passed = 0;
      line.cutAfter = after;
      const { code, stderr } = await mayfly.attempt(
        'ad',
        'apply',
        '--ca',
        'corp',
        '--yes',
        '--config',
        configuration,
        ...asAdmin,
      );
      if (code === 0) break;
      failed += 1;
      said(stderr, /the server closed the connection|cannot be reached|the connection broke/);
    }
    line.cutAfter = undefined;
    await mayfly.run('ad', 'apply', '--ca', 'corp', '--yes', '--config', configuration, ...asAdmin);
    await assertHeld(forest, shown);
    assert(failed > 1, `the line was cut ${failed} times`);
    return `cut ${failed} times, then all is there`;
  } finally {
    await line.stop();
  }
}
/** As any other program would try it: ldapmodify as the service account. */
async function nothingMore({ service }: Forest, { keyId }: Shown): Promise<string> {
  const tries = [
    ['NTAuth', `dn: ${NTAUTH}\nchangetype: modify\nadd: cACertificate\ncACertificate:: AA==\n`],
    ['AIA', `dn: CN=${keyId},CN=AIA,${PUBLIC_KEY_SERVICES}\nchangetype: modify\nreplace: cACertificate\ncACertificate:: AA==\n`],
    ['another container', `dn: CN=Other,CN=CDP,${PUBLIC_KEY_SERVICES}\nchangetype: add\nobjectClass: container\n`],
    ['a container in its own', `dn: CN=Other,CN=Mayfly,CN=CDP,${PUBLIC_KEY_SERVICES}\nchangetype: add\nobjectClass: container\n`],
    ['another attribute', `dn: ${crlName(keyId)}\nchangetype: modify\nadd: description\ndescription: x\n`],
    [
      'an account',
      `dn: CN=alice,CN=Users,DC=lab,DC=mayfly,DC=test\nchangetype: modify\nreplace: userPrincipalName\nuserPrincipalName: x@y.z\n`,
    ],
  ] as const;
  for (const [what, ldif] of tries) {
    const { code, stderr } = await service.modify(ldif);
    assert(code === 50, `${what}: ldapmodify ended with code ${code}: ${stderr.trim()}`);
  }
  return `refused: ${tries.map(([what]) => what).join(', ')}`;
}
