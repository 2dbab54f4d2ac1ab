import { AttachedCard } from './attached-card.ts';
import { openscModule, readCard } from './clients/card-in-reader.ts';
import { assert } from './clients/expected.ts';
import { DOMAIN } from './domain.ts';
import { type Forest, PUBLIC_KEY_SERVICES, STAFF } from './forest.ts';
import { expectRefusal, expectTicket } from './kdc-verdict.ts';
import type { LabRun } from './lab-run.ts';
import { MitKdc } from './mit-kdc.ts';
import { Pcscd } from './pcscd.ts';
import { poll } from './poll.ts';
import { crlName, shownCa } from './publication.ts';
import { ServiceProcess } from './service-process.ts';
import { sessionCommands } from './session-commands.ts';

const HOST = `host1.${DOMAIN}`;
/** Seconds: one write a minute, looked at every five seconds, and some for the machine. */
const BATCHING = 60 + 5 + 10;

/** What a forest tells its machines of one CA key, in the files that a KDC reads. */
export interface FetchedTrust {
  readonly anchor: string;
  readonly crl: string;
}
/** From LDAP alone, by ldapsearch and openssl: what has not been published is not known. */
export async function fetchTrust(lab: LabRun, { admin }: Forest, keyIds: readonly string[], name: string): Promise<FetchedTrust> {
  const pem = async (kind: 'x509' | 'crl', octets: Uint8Array, file: string) => {
    const der = lab.write(`fetched/${file}.der`, octets);
    return lab.run('openssl', [kind, '-inform', 'DER', '-in', der]);
  };
  const fetched = await Promise.all(
    keyIds.map(async (keyId) => {
      const [root] =
        (await admin.values(`CN=${keyId},CN=Certification Authorities,${PUBLIC_KEY_SERVICES}`, 'cACertificate')) ?? [];
      const [crl] = (await admin.values(crlName(keyId), 'certificateRevocationList')) ?? [];
      assert(root !== undefined && crl !== undefined, `nothing is published of ${keyId}`);
      const ntAuth = (await admin.values(`CN=NTAuthCertificates,${PUBLIC_KEY_SERVICES}`, 'cACertificate')) ?? [];
      assert(
        ntAuth.some((value) => value.equals(root)),
        `${keyId} is not in NTAuth`,
      );
      return { anchor: await pem('x509', root, `${name}-${keyId}-ca`), crl: await pem('crl', crl, `${name}-${keyId}-crl`) };
    }),
  );
  return {
    anchor: lab.write(`fetched/${name}-anchors.pem`, fetched.map(({ anchor }) => anchor).join('')),
    crl: lab.write(`fetched/${name}-crls.pem`, fetched.map(({ crl }) => crl).join('')),
  };
}

/** Shows 2 and 3: the service over this directory; a card of it until its certificate is revoked. */
export async function directoryService(lab: LabRun, forest: Forest): Promise<void> {
  const { steps } = lab;
  const { mayfly, enterprise } = forest;
  const { keyId } = await shownCa(forest);
  const pcscd = await steps.run('pcscd with vpcd', () => Pcscd.start(lab));
  await steps.run('mayfly ca refused-sids', () => mayfly.run('ca', 'refused-sids', '--ca', 'corp'));
  const service = await steps.run('mayfly serve, with the directory over LDAP', () =>
    ServiceProcess.start(lab, mayfly, 'service'),
  );
  const as = async (upn: string) => {
    const file = lab.path(`${upn}.token`);
    await mayfly.run('token', 'create', '--person', upn, '--out', file);
    return { file, session: sessionCommands(mayfly, '--token-file', file) };
  };
  const alice = await steps.run('a token for alice', () => as(`alice@${DOMAIN}`));
  const dave = await steps.run('a token for dave, by his alternative suffix', () => as(`d.avery@${STAFF}`));
  const cardOf = async (account: string, upn: string, { file, session }: typeof alice) => {
    const card = await AttachedCard.ofSession(lab, mayfly, pcscd, await session.request(HOST), '--token-file', file);
    const read = await readCard(lab, `ad-${account}`, card.pin);
    const text = await lab.run('openssl', ['x509', '-in', read.certificate, '-noout', '-ext', 'subjectAltName']);
    const sid = await forest.sid(account);
    assert(text.includes(`UPN::${upn}`) || text.includes(`UPN:${upn}`), text);
    const der = await lab.run('openssl', ['asn1parse', '-in', read.certificate]);
    assert(der.includes(Buffer.from(sid, 'latin1').toString('hex').toUpperCase()), `the SID ${sid} is not in ${der}`);
    return { card, read, told: `${upn}, ${sid}` };
  };
  const daves = await steps.run(
    "dave's card: UPN and SID are the directory's",
    () => cardOf('dave', `d.avery@${STAFF}`, dave),
    ({ told }) => told,
  );
  await daves.card.remove();
  const { card, read } = await steps.run(
    "alice's card: UPN and SID are the directory's",
    () => cardOf('alice', `alice@${DOMAIN}`, alice),
    ({ told }) => told,
  );
  for (const [account, reason] of [
    ['disabled', /the account is disabled/],
    ['locked', /the account is locked/],
    ['expired', /the account has expired/],
    ['nested', /group of tier 0[^[]*/],
    ['primary', /group of tier 0[^[]*/],
  ] as const)
    await steps.run(
      `refused by the service: ${account}`,
      () => alice.session.refused(HOST, reason, '--account', account),
      String,
    );
  await steps.run(
    'refused by the service: a host whose service is on another account',
    () => alice.session.refused(`host2.${DOMAIN}`, /registered on another account as well/),
    String,
  );

  const trust = await steps.run('the forest asked by ldapsearch for CA and CRL', () => fetchTrust(lab, forest, [keyId], 'first'));
  const mit = await steps.run('MIT KDC, fed from what was published', () =>
    MitKdc.start(lab, enterprise, {
      name: 'mit',
      address: '127.0.1.20',
      realm: DOMAIN,
      host: `kdc.${DOMAIN}`,
      principals: ['alice'],
      ...trust,
    }),
  );
  const credential = { pkcs11Module: openscModule(), pin: card.pin };
  await expectTicket(lab, "MIT KDC: ticket by alice's card", mit, `alice@${DOMAIN}`, credential);
  const first = await steps.run('mayfly ca revoke, for dave', () => revoke(forest, daves.read.certificate));
  await steps.run('it is in the published CRL at once', () => published(lab, forest, keyId, first), String);
  const second = await steps.run('mayfly ca revoke, for alice', () => revoke(forest, read.certificate));
  await steps.run(
    'it is in the published CRL with the next write, a minute later',
    () => published(lab, forest, keyId, second),
    String,
  );
  await steps.run('MIT KDC fed again', async () => {
    const again = await fetchTrust(lab, forest, [keyId], 'again');
    await mit.vary({ crl: again.crl });
  });
  await expectRefusal(lab, 'MIT KDC: the revoked card is refused', mit, `alice@${DOMAIN}`, credential, /certificate revoked/);
  await steps.run(
    'mayfly journal verify',
    async () => (await mayfly.run('journal', 'verify', '--no-checkpoints')).trim(),
    String,
  );
  await steps.run('SIGTERM: the service ends', () => service.stop(), String);
  await steps.run(
    'everything taken out of the directory: the next start says what is missing',
    () => unpublished(lab, forest),
    String,
  );
}
async function unpublished(lab: LabRun, { mayfly, asAdmin }: Forest): Promise<string> {
  await mayfly.run('ad', 'undo', '--ca', 'corp', '--yes', ...asAdmin);
  const service = await ServiceProcess.start(lab, mayfly, 'service-2');
  const line = await poll('the alarm', 60_000, () => /CA "corp" is not published: CN=Mayfly.*NTAuth/.exec(service.said())?.[0]);
  await service.stop();
  return line.slice(0, 100);
}
interface Revoked {
  readonly serialNumber: string;
  readonly at: number;
}
async function revoke({ mayfly }: Forest, certificate: string): Promise<Revoked> {
  const output = await mayfly.run(
    'ca',
    'revoke',
    '--ca',
    'corp',
    '--certificate',
    certificate,
    '--reason',
    'keyCompromise',
    '--json',
  );
  const { serialNumber } = JSON.parse(output) as { serialNumber: string };
  return { serialNumber, at: performance.now() };
}
/** By the service, which writes at most once a minute. */
async function published(lab: LabRun, { admin }: Forest, keyId: string, { serialNumber, at }: Revoked): Promise<string> {
  await poll('the revoked serial number in the published CRL', BATCHING * 1000, async () => {
    const [crl] = (await admin.values(crlName(keyId), 'certificateRevocationList')) ?? [];
    if (!crl) return undefined;
    const text = await lab.run('openssl', ['crl', '-inform', 'DER', '-noout', '-text', '-in', lab.write('fetched/now.crl', crl)]);
    return text.includes(`Serial Number: ${serialNumber.toUpperCase()}`) ? true : undefined;
  });
  return `after ${((performance.now() - at) / 1000).toFixed(1)} s`;
}
