import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { converse } from '../../src/net/converse.ts';
import { RdpTransport } from '../../src/net/rdp-transport.ts';
import { pinAsPassword } from '../../src/rdp/client-info.ts';
import { type Connected, connectionSequence } from '../../src/rdp/connection-sequence.ts';
import { responseFlag, securityProtocol } from '../../src/rdp/negotiation-code.ts';
import { offeredCapabilities } from '../../src/rdp/offered-capabilities.ts';
import { clientInfoOfCard } from '../../src/rdp/offered-client-info.ts';
import { cardChannels, offeredSettings } from '../../src/rdp/offered-settings.ts';
import { rdpFrame } from '../../src/rdp/rdp-frame.ts';
import type { SessionEvent } from '../../src/rdp/session-event.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';

export const screen = {
  desktopWidth: 1024,
  desktopHeight: 768,
  bitsPerPixel: 24,
  keyboardLayout: 0x409,
  keyboardType: 4,
  keyboardSubType: 0,
  keyboardFunctionKey: 12,
};
export interface HostToReach {
  readonly address: string;
  readonly port: number;
  /** PEM of the one certificate that is right. */
  readonly certificate: string;
}
/** Milliseconds since the connection was begun. */
export interface Reached {
  readonly session: Connected;
  readonly transport: RdpTransport;
  readonly activeAfter: number;
}
export const fingerprintOf = (certificate: string): string =>
  createHash('sha256')
    .update(new X509Certificate(readFileSync(certificate)).raw)
    .digest('hex');

/** A client of Mayfly's, as `without-card` hosts are reached: a user name as hint, a PIN as secret, a card's channels. */
export async function reach({ address, port, certificate }: HostToReach, user: string): Promise<Reached> {
  const began = performance.now();
  const transport = await RdpTransport.connect({
    host: address,
    port,
    trust: { kind: 'pinned', fingerprints: [fingerprintOf(certificate)] },
    clock: () => Math.floor(Date.now() / 1000),
  });
  const outcome = await converse(
    connectionSequence({
      offer: { negotiation: { flags: 0, protocols: securityProtocol.ssl } },
      settings: ({ protocol: selectedProtocol, flags }) => {
        const extendedClientData = (flags & responseFlag.extendedClientDataSupported) !== 0;
        return offeredSettings({
          offer: screen,
          clientName: 'mayfly',
          selectedProtocol,
          extendedClientData,
          channels: cardChannels,
        });
      },
      clientInfo: () => clientInfoOfCard({ userName: user, password: pinAsPassword(new TextEncoder().encode('12345678')) }),
      capabilities: () => offeredCapabilities(screen),
    }),
    transport.answers,
  );
  if (outcome.kind === 'active') return { session: outcome, transport, activeAfter: performance.now() - began };
  transport.close();
  throw new MayflyError('lab-rdp', `ended in ${outcome.stage}: ${outcome.name}, ${outcome.sentence}`);
}
/** Events until one is of the kind. */
export async function until(kind: SessionEvent['kind'], { session, transport }: Reached): Promise<SessionEvent> {
  for (;;) {
    const pdu = await transport.stream.receive(rdpFrame);
    for (const event of session.reader.read(pdu, performance.now())) if (event.kind === kind) return event;
  }
}
