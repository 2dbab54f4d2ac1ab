import { replaceFile } from '../../ca/atomic-file.ts';
import { encryptionType } from '../../crypto/encryption-type.ts';
import { Custody } from '../../custody/custody.ts';
import { hardeningGaps, restartHardened } from '../../custody/hardening.ts';
import type { AsFacts } from '../../kerberos/as-exchange.ts';
import type { Credential } from '../../kerberos/credential.ts';
import { encodeCredentialCache } from '../../kerberos/credential-cache.ts';
import type { KrbError } from '../../kerberos/krb-error.ts';
import { nameType, principalText } from '../../kerberos/principal-name.ts';
import { explainRefusal, refusalSentence } from '../../kerberos/refusal.ts';
import { tgsExchange } from '../../kerberos/tgs-exchange.ts';
import { converse } from '../../net/converse.ts';
import { KdcClient } from '../../net/kdc-client.ts';
import { MINUTE } from '../../pki/bounds.ts';
import { isoTime } from '../../wire/der-time.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { printableName } from '../../x509/name-text.ts';
import { print, table } from '../print.ts';
import { cardSource, clientName, type LogonOptions, logOnWithCard, suffixOf } from './card-logon.ts';
import { type RealmOptions, type Realms, realmsFor } from './realms.ts';

interface TicketOptions extends LogonOptions, RealmOptions {
  readonly realm?: string;
  readonly service?: string;
  readonly cache?: string;
  readonly minutes: number;
}
/** `--cache`, or where other Kerberos tools look. */
function cacheFile(given: string | undefined): string {
  const named = given ?? process.env['KRB5CCNAME'];
  const [, kind, path = named] = /^([A-Z]+):(.*)$/s.exec(named ?? '') ?? [];
  if (path && (kind === undefined || kind === 'FILE')) return path;
  throw new MayflyError('ticket-cache', 'nothing says which file the tickets go to', {
    next: 'name it with --cache FILE, or set KRB5CCNAME=FILE:PATH',
  });
}
const refused = (error: KrbError, realm: string): MayflyError => {
  const refusal = explainRefusal(error);
  return new MayflyError('kdc-refused', `realm ${realm} refuses: ${refusalSentence(refusal)}`, { next: refusal.fix });
};
/** What can be told of a logon; never a key. */
export const factsOf = ({ group, digest, kdf, etype, reading, exchanges, signatures, skew, host }: AsFacts) => ({
  group,
  digest,
  kdf: kdf ?? null,
  encryptionType: encryptionType(etype ?? 0)?.name ?? null,
  secretRead: reading ?? null,
  exchanges,
  signatures,
  skew,
  kdc: host ?? null,
});
async function serviceTicket(
  text: string,
  granting: Credential,
  realms: Realms,
  lifetime: number,
  skew: number,
  answers: Parameters<typeof converse>[1],
) {
  const [, service = text, serviceRealm] = /^(.+)@([^@]+)$/.exec(text) ?? [];
  const name = { nameType: nameType.serviceInstance, nameString: service.split('/') };
  const question = { ticket: granting, service: name, serviceRealm, lifetime, profile: realms.profile, skew };
  const outcome = await converse(tgsExchange(question), answers);
  if (!outcome.ok) throw refused(outcome.error, outcome.realms.at(-1) ?? granting.client.realm);
  return outcome;
}
const told = ({ server, endTime }: Credential) => ({ server: principalText(server), until: isoTime(endTime) });

/** `mayfly ticket`: card, ticket-granting ticket, key destroyed, service ticket if asked for, credential cache. */
export async function ticket(options: TicketOptions): Promise<number> {
  restartHardened();
  const file = cacheFile(options.cache);
  const lifetime = options.minutes * MINUTE;
  for (const gap of hardeningGaps()) process.stderr.write(`mayfly: ${gap}\n`);
  const custody = new Custody({ poolSize: 0, log: (line) => process.stderr.write(`${line}\n`) });
  const credentials: Credential[] = [];
  const { chosen, source } = await cardSource(options, custody);
  try {
    const realms = await realmsFor(chosen.config, options.realm ?? suffixOf(options.upn), options);
    const kdcs = new KdcClient(realms);
    let destruction = 0;
    const asked = { client: clientName(options), lifetime };
    const { outcome, answers, took } = await logOnWithCard(source, realms, kdcs, asked, {
      destroyed: (ms) => {
        destruction = Math.round(ms * 10) / 10;
      },
    });
    if (!outcome.ok) throw refused(outcome.error, outcome.facts.realm);
    const { credential, facts } = outcome;
    credentials.push(credential);
    let path: readonly string[] = [];
    if (options.service !== undefined) {
      const granted = await serviceTicket(options.service, credential, realms, lifetime, facts.skew, answers);
      credentials.push(granted.credential);
      path = granted.realms;
    }
    const octets = encodeCredentialCache({ principal: credential.client, credentials });
    try {
      await replaceFile(file, octets);
    } finally {
      octets.fill(0);
    }
    const client = principalText(credential.client);
    const shown = factsOf(facts);
    const ms = Math.round(took * 10) / 10;
    const tickets = credentials.map(told);
    print(options.json, { client, tickets, cache: file, realms: path, ...shown, ms, keyDestroyedInMs: destruction }, [
      ...table([
        ['client', printableName(client)],
        ...tickets.map(({ server, until }) => ['ticket', `${printableName(server)}, until ${until}`] as const),
        ['cache', file],
        ['took', `${ms} ms, ${shown.exchanges} exchanges, ${shown.signatures} signature${shown.signatures === 1 ? '' : 's'}`],
        ['by', `${shown.group}, ${shown.digest}, ${shown.encryptionType}, key derivation ${shown.kdf ?? 'of RFC 4556'}`],
        ['key', `destroyed in ${destruction} ms, before the ticket was used`],
      ]),
    ]);
    return 0;
  } finally {
    for (const { key } of credentials) key.value.fill(0);
    source.client.close();
    await custody.close();
  }
}
