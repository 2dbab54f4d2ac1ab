import { Custody } from '../../custody/custody.ts';
import { restartHardened } from '../../custody/hardening.ts';
import { explainRefusal, refusalSentence } from '../../kerberos/refusal.ts';
import { addressText, type KdcAddress } from '../../net/kdc-address.ts';
import { KdcClient } from '../../net/kdc-client.ts';
import { MINUTE } from '../../pki/bounds.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { describeFailure } from '../failure.ts';
import { type CardSource, cardSource, clientName, type LogonOptions, logOnWithCard } from './card-logon.ts';
import { type RealmOptions, type Realms, realmsFor } from './realms.ts';
import { factsOf } from './ticket.ts';

interface ProbeOptions extends LogonOptions, RealmOptions {
  readonly everyDc?: boolean;
}
/** What one KDC, or the realm as a whole, made of the card. */
interface Probed {
  readonly kdc: string;
  readonly ok: boolean;
  readonly ms: number;
  /** One clause; and what to do about it. */
  readonly cause?: string;
  readonly fix?: string | undefined;
  readonly refusal?: ReturnType<typeof explainRefusal>;
  readonly error?: string;
  readonly facts?: ReturnType<typeof factsOf>;
}
const TICKET_LIFETIME = 15 * MINUTE;

async function probe(kdc: string, source: CardSource, realms: Realms, kdcs: KdcClient, options: ProbeOptions): Promise<Probed> {
  const began = performance.now();
  const since = () => Math.round((performance.now() - began) * 10) / 10;
  try {
    const asked = { client: clientName(options), lifetime: TICKET_LIFETIME };
    const { outcome, took } = await logOnWithCard(source, realms, kdcs, asked);
    const facts = factsOf(outcome.facts);
    const ms = Math.round(took * 10) / 10;
    if (outcome.ok) {
      // Nobody asked for the ticket itself.
      outcome.credential.key.value.fill(0);
      return { kdc, ok: true, ms, facts };
    }
    const refusal = explainRefusal(outcome.error);
    return { kdc, ok: false, ms, cause: refusalSentence(refusal), fix: refusal.fix, refusal, facts };
  } catch (e) {
    if (!(e instanceof MayflyError && e.code.startsWith('kdc-'))) throw e;
    const { code, message, next } = describeFailure(e);
    return { kdc, ok: false, ms: since(), cause: message, fix: next, error: code };
  }
}
const clientOf = (kdcsOf: Realms['kdcsOf'], { proxyCa }: Realms) => new KdcClient({ kdcsOf, proxyCa });

function probeAll(source: CardSource, realms: Realms, options: ProbeOptions, kdcs: readonly KdcAddress[]): Promise<Probed[]> {
  return Promise.all(
    kdcs.map((address) =>
      probe(
        addressText(address),
        source,
        realms,
        clientOf(async () => [address], realms),
        options,
      ),
    ),
  );
}
function lines(realm: string, probed: readonly Probed[]): string[] {
  return probed.flatMap(({ kdc, ok, ms, facts, cause, fix }) => {
    if (ok)
      return [
        `ok    ${kdc}: lets the account in (${ms} ms; ${facts?.group}, ${facts?.digest}, ${facts?.encryptionType}${facts?.kdf ? `, KDF ${facts.kdf}` : ''})`,
      ];
    return [`FAIL  ${kdc}: ${cause ?? `no ticket in realm ${realm}`}`, ...(fix === undefined ? [] : [`      next: ${fix}`])];
  });
}
/** `mayfly kdc probe REALM`: would these KDCs let the account in with a card of this CA, and if not, why. */
export async function kdcProbe(options: ProbeOptions): Promise<number> {
  restartHardened();
  const custody = new Custody({ poolSize: 0, log: (line) => process.stderr.write(`${line}\n`) });
  const { chosen, source } = await cardSource(options, custody);
  try {
    const realms = await realmsFor(chosen.config, options.args[0] ?? '', options);
    const { realm } = realms;
    const probed = options.everyDc
      ? await probeAll(source, realms, options, await realms.kdcsOf(realm))
      : [await probe(realm, source, realms, clientOf(realms.kdcsOf, realms), options)];
    const ok = probed.every((each) => each.ok);
    process.stdout.write(
      options.json ? `${JSON.stringify({ ok, realm, kdcs: probed })}\n` : `${lines(realm, probed).join('\n')}\n`,
    );
    return ok ? 0 : 1;
  } finally {
    source.client.close();
    await custody.close();
  }
}
