import { randomBytes } from 'node:crypto';
import { globSync } from 'node:fs';
import { labClient, mint } from '../../src/cli/commands/mint-card.ts';
import type { Custody } from '../../src/custody/custody.ts';
import { LiveCard } from '../../src/custody/live-card.ts';
import { CardSession } from '../../src/net/card-session.ts';
import { offeredCapabilities } from '../../src/rdp/offered-capabilities.ts';
import { toHex } from '../../src/wire/hex.ts';
import type { CardHolder } from './attached-card.ts';
import { type TappedChannel, tapChannel } from './channel-tap.ts';
import type { LabRun } from './lab-run.ts';
import { poll } from './poll.ts';
import { reach, screen } from './rdp-client.ts';
import type { Xrdp } from './xrdp.ts';

const HALF_AN_HOUR = 1800;
const MILLISECONDS = 1000;
/** More than a scenario asks for. */
const PLENTY = 100;

/** Who the card is for, and where its certificate comes from. */
export interface CardSource {
  readonly custody: Custody;
  /** Of a CA process. */
  readonly socket: string;
  readonly holder: CardHolder;
}
interface Parts {
  readonly card: LiveCard;
  readonly session: CardSession;
  readonly tapped: TappedChannel;
  readonly destroyed: Promise<string>;
}
const after = (milliseconds: number, f: () => void) => {
  const timer = setTimeout(f, milliseconds);
  return () => clearTimeout(timer);
};

/** A card of this process, at the client's end of a connection to xrdp, whose logon was without it. */
export class RedirectedCard {
  /** DER. */
  readonly certificate: Uint8Array;
  /** Of the session's channel server, for programs in it. */
  readonly socketPath: string;
  /** Milliseconds from the active session until programs in it find the card. */
  readonly announcedAfter: number;
  readonly #parts: Parts;

  private constructor(certificate: Uint8Array, socketPath: string, announcedAfter: number, parts: Parts) {
    this.certificate = certificate;
    this.socketPath = socketPath;
    this.announcedAfter = announcedAfter;
    this.#parts = parts;
  }
  /** @param hostCertificate PEM file of xrdp's */
  static async connect(lab: LabRun, xrdp: Xrdp, hostCertificate: string, source: CardSource): Promise<RedirectedCard> {
    const { custody, socket, holder } = source;
    const client = await labClient(socket);
    const { account, sid, upn: userPrincipalName } = holder;
    const minted = await mint(custody, client, 'rsa-2048', { account, sid, userPrincipalName }, HALF_AN_HOUR).finally(() =>
      client.close(),
    );
    const { promise: destroyed, resolve } = Promise.withResolvers<string>();
    const card = new LiveCard({
      ...minted,
      operations: PLENTY,
      destroyed: (cause, ms) => resolve(`key destroyed (${cause}), gone in ${ms.toFixed(1)} ms`),
    });
    const { address, port } = xrdp;
    const { session: connected, transport } = await reach({ address, port, certificate: hostCertificate }, xrdp.account);
    const tapped = tapChannel(connected, transport.stream, 'rdpdr');
    const began = performance.now();
    const session = new CardSession({
      connected,
      transport: { stream: tapped, isProven: transport.isProven, close: () => transport.close() },
      card,
      notAfter: HALF_AN_HOUR * MILLISECONDS,
      logon: 'without-card',
      // xrdp reads the handle's context as the handle.
      cardHandle: 'without-context',
      computerName: 'mayfly',
      capabilities: () => offeredCapabilities(screen),
      random: (length) => new Uint8Array(randomBytes(length)),
      after,
      elapsed: () => performance.now(),
    });
    const path = lab.path('home', xrdp.account, '.pcsc*', 'pcscd.comm');
    const socketPath = await poll('the socket of the channel server', 60_000, () => globSync(path)[0]);
    return new RedirectedCard(minted.certificate, socketPath, performance.now() - began, { card, session, tapped, destroyed });
  }
  /** What passed on the channel, as `mayfly apdu explain` reads it. */
  capture(): string {
    return this.#parts.tapped.heard.map(({ from, message }) => `${from === 'host' ? '>' : '<'} ${toHex(message)}\n`).join('');
  }
  get pin(): Uint8Array {
    return this.#parts.card.pin;
  }
  /** Tells how. */
  async destroy(): Promise<string> {
    await this.#parts.card.destroy('released');
    return this.#parts.destroyed;
  }
  /** Ends the connection; tells how, and what became of the key. */
  async end(): Promise<string> {
    const { kind } = await this.#parts.session.cancel();
    return `${kind}; ${await this.#parts.destroyed}`;
  }
}
