import { CaClient } from '../../ca/ca-client.ts';
import { isLab } from '../../ca/certification-authority.ts';
import { activeGeneration } from '../../ca/rotation.ts';
import type { ApiClient } from '../../client/api-client.ts';
import { ApiRefusal } from '../../client/api-refusal.ts';
import { CardChannel } from '../../client/card-channel.ts';
import type { Config } from '../../config/config.ts';
import { Custody } from '../../custody/custody.ts';
import { signWithCard } from '../../piv/card-signature.ts';
import type { Account } from '../../policy/account.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { intermediatesOf, logOnBy } from './card-logon.ts';
import { chosenOf } from './chosen-ca.ts';
import { type LogOn, withCards } from './kdc-probe.ts';
import { clientOf, type ServiceAddress } from './service-client.ts';

/** Whose card it is, and how it logs on. */
interface InHand {
  readonly logOn: LogOn;
  readonly account: string;
  readonly upn: string;
}
/** A card for logons on trial; it is gone when `use` returns. */
export interface ProbeCard {
  readonly use: <T>(work: (card: InHand) => Promise<T>) => Promise<T>;
}
export interface ProbeQuestion {
  readonly host: string | undefined;
  /** As the directory has it. */
  readonly account: () => Promise<Account | undefined>;
  readonly service: ServiceAddress;
}
/**
 * Of a lab CA straight from its process; of any other by a session of the running service, that its rules decide and its journal has:
 * no certificate of a domain's CA comes about otherwise.
 */
export function probeCard(config: Config, question: ProbeQuestion): ProbeCard {
  return {
    async use(work) {
      const account = await question.account();
      if (!account) throw new MayflyError('account-unknown', 'the directory knows no such account');
      const { name, folder } = await activeGeneration(config.home, config.service.ca);
      const above = await intermediatesOf({ folder });
      if (!isLab(await folder.readCertificate())) return bySession(config, account, question, above, work);
      const custody = new Custody({ poolSize: 0, log: () => undefined });
      try {
        const client = await CaClient.connect(chosenOf(config, name).socket);
        const { name: own, userPrincipalName: upn, sid } = account;
        const holder = { account: own, userPrincipalName: upn, sid };
        const logOn = withCards({ custody, client, kind: 'rsa-2048', holder, intermediates: above });
        return await work({ logOn, account: own, upn }).finally(() => client.close());
      } finally {
        await custody.close();
      }
    },
  };
}
async function bySession<T>(
  config: Config,
  { name, userPrincipalName: upn }: Account,
  { host: target, service }: ProbeQuestion,
  above: readonly Uint8Array[],
  work: (card: InHand) => Promise<T>,
): Promise<T> {
  if (target === undefined)
    throw new MayflyError('connect-host', 'a session is for a host, and none is named', {
      next: 'name one: `mayfly doctor HOST`',
    });
  const client = await clientOf(config, service, 'person');
  try {
    const { id, state } = await granted(client, { target, account: upn });
    try {
      if (state !== 'granted')
        throw new MayflyError('session-not-granted', 'its session waits for an approval', {
          next: 'let a rule permit the account without one',
        });
      return await withChannel(await CardChannel.attach(client, id), above, { name, upn }, work);
    } finally {
      await client.call('endSession', { params: { id } }).catch(() => undefined);
    }
  } finally {
    client.close();
  }
}
/** For the account's own person: who asks with a person's token is that already, others name it. */
async function granted(client: ApiClient, { target, account }: { readonly target: string; readonly account: string }) {
  const body = { target, account, mode: 'card', reason: 'mayfly doctor: a logon on trial' } as const;
  try {
    return await client.call('requestSession', { body });
  } catch (e) {
    if (!(e instanceof ApiRefusal && e.code === 'person-missing')) throw denied(e);
  }
  return client.call('requestSession', { body: { ...body, person: account } }).catch((e: unknown) => {
    throw denied(e);
  });
}
/** Why a session was denied says more than that it was. */
const denied = (e: unknown) =>
  e instanceof ApiRefusal && e.why !== undefined
    ? new MayflyError(e.why, `the service denies a session: ${e.message}`, {
        cause: e,
        next: "a rule has to permit a card for a logon on trial: `open` to the token of --token-file where it is a person's, otherwise `openNamed` in card mode",
      })
    : e;
async function withChannel<T>(
  channel: CardChannel,
  above: readonly Uint8Array[],
  { name, upn }: { readonly name: string; readonly upn: string },
  work: (card: InHand) => Promise<T>,
): Promise<T> {
  const pin = new TextEncoder().encode(channel.card.pin);
  const hand = { transmit: (apdu: Uint8Array) => channel.transmit(apdu), pin, algorithm: 'rsa-2048' as const };
  // One card for all KDCs: an operation of it is several commands, which do not mix.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <R>(operation: () => Promise<R>): Promise<R> => {
    const next = last.then(operation, operation);
    last = next.catch(() => undefined);
    return next;
  };
  const certificates = [new Uint8Array(Buffer.from(channel.card.certificate, 'base64')), ...above];
  const signer = {
    certificates,
    sign: ({ bytes, digest }: Parameters<Parameters<typeof logOnBy>[0]['sign']>[0]) =>
      inTurn(() => signWithCard(hand, bytes, digest)),
  };
  try {
    return await work({
      logOn: (realms, kdcs, asked, events) => logOnBy(signer, realms, kdcs, asked, events),
      account: name,
      upn,
    });
  } finally {
    pin.fill(0);
    await channel.release();
  }
}
