import { sha256 } from '../../src/crypto/digest.ts';
import { converse } from '../../src/net/converse.ts';
import { type HostTrust, RdpTransport } from '../../src/net/rdp-transport.ts';
import { pinAsPassword } from '../../src/rdp/client-info.ts';
import {
  type Connected,
  type ConnectionPlan,
  connectionSequence,
  type NotConnected,
  type Stage,
} from '../../src/rdp/connection-sequence.ts';
import { responseFlag, securityProtocol } from '../../src/rdp/negotiation-code.ts';
import { offeredCapabilities } from '../../src/rdp/offered-capabilities.ts';
import { clientInfoOfCard } from '../../src/rdp/offered-client-info.ts';
import { cardChannels, offeredSettings } from '../../src/rdp/offered-settings.ts';
import { hex } from '../wire/annotated-hex.ts';
import { hostCertificate } from './fake-host-certificate.ts';

export const screen = {
  desktopWidth: 1280,
  desktopHeight: 1024,
  bitsPerPixel: 24,
  keyboardLayout: 0x407,
  keyboardType: 4,
  keyboardSubType: 0,
  keyboardFunctionKey: 12,
};
/** What a client says that brings a card. */
export const cardPlan = (more: Partial<ConnectionPlan> = {}): ConnectionPlan => ({
  offer: { negotiation: { flags: 0, protocols: securityProtocol.ssl } },
  settings: ({ protocol, flags }) =>
    offeredSettings({
      offer: screen,
      clientName: 'mayfly',
      selectedProtocol: protocol,
      extendedClientData: (flags & responseFlag.extendedClientDataSupported) !== 0,
      channels: cardChannels,
    }),
  clientInfo: () => clientInfoOfCard({ userName: '', password: pinAsPassword(new TextEncoder().encode('12345678')) }),
  capabilities: () => offeredCapabilities(screen),
  ...more,
});
export const pinnedHost: HostTrust = { kind: 'pinned', fingerprints: [hex(sha256(hostCertificate.der))] };

/** A client on a connection of its own, as far as it came. */
export async function client(
  port: number,
  plan: ConnectionPlan = cardPlan(),
  { trust = pinnedHost, patience = 60_000, host = '127.0.0.1' }: { trust?: HostTrust; patience?: number; host?: string } = {},
): Promise<{ outcome: Connected | NotConnected; stage: Stage; transport: RdpTransport }> {
  let stage: Stage = 'negotiation';
  const onStage = (next: Stage) => {
    stage = next;
  };
  const clock = () => Math.floor(Date.now() / 1000);
  const transport = await RdpTransport.connect({ host, port, trust, patience, clock });
  try {
    const outcome = await converse(connectionSequence({ ...plan, onStage }), transport.answers);
    return { outcome, stage, transport };
  } catch (e) {
    transport.close();
    throw Object.assign(e as Error, { stage });
  }
}
