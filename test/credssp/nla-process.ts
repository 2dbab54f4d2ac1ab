import { createPrivateKey, randomFillSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { credentialForms } from '../../src/credssp/credential-form.ts';
import { secretRoom } from '../../src/crypto/secret-octets.ts';
import { nameType } from '../../src/kerberos/principal-name.ts';
import { realmProfile } from '../../src/kerberos/realm-profile.ts';
import { KdcClient } from '../../src/net/kdc-client.ts';
import { kerberosAnswers } from '../../src/net/kerberos-answers.ts';
import { withNla } from '../../src/net/nla.ts';
import { connectRdp } from '../../src/net/rdp-connect.ts';
import { cardPlan } from '../rdp/connected-client.ts';

/** `nla-process.ts JSON` logs on with NLA once, says how it ended, and at `collect` that garbage is gone. */
interface Given {
  readonly host: number;
  readonly kdc: number;
  readonly realm: string;
  readonly client: string;
  readonly name: string;
  readonly now: number;
  /** DER files. */
  readonly certificates: readonly string[];
  readonly anchor: string;
  /** PEM file. */
  readonly key: string;
}
const given = JSON.parse(process.argv[2] ?? '') as Given;
const { gc } = globalThis;
if (!gc) throw new Error('started without --expose-gc');

const der = (file: string) => new Uint8Array(readFileSync(file));
const privateKey = createPrivateKey(readFileSync(given.key));
const [form] = credentialForms('rsa');
const pin = secretRoom(8).fill(0x37);
const plan = withNla(cardPlan(), {
  logon: {
    client: { nameType: nameType.enterprise, nameString: [given.client] },
    realm: given.realm,
    certificates: given.certificates.map(der),
    lifetime: 900,
    profile: (realm) => realmProfile(realm),
  },
  host: given.name,
  card: { pin, containerName: 'none', reset: () => undefined },
  form,
});
const answers = kerberosAnswers({
  kdcs: new KdcClient({ kdcsOf: async () => [{ kind: 'tcp', host: '127.0.0.1', port: given.kdc }] }),
  trust: () => ({ anchors: [der(given.anchor)], crls: [], revocation: 'if-given' }),
  random: (length) => randomFillSync(secretRoom(length)),
  clock: () => given.now * 1_000_000,
  sign: async ({ bytes, digest }) => new Uint8Array(sign(digest.replace('-', '').toLowerCase(), bytes, privateKey)),
});
const settings = { host: '127.0.0.1', port: given.host, trust: { kind: 'unproven' } as const, clock: () => given.now };
const outcome = await connectRdp({ settings: { ...settings, patience: 60_000 }, plan, answers }, () => undefined);
const isActive = 'transport' in outcome;
if (isActive) outcome.transport.close();
console.log(
  JSON.stringify(isActive ? { kind: 'active' } : { place: outcome.place, name: outcome.name, sentence: outcome.sentence }),
);
for await (const line of createInterface({ input: process.stdin })) {
  for (let i = 0; i < 4; i++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  console.log(line);
}
