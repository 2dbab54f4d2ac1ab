import { afterAll, expect, it } from 'vitest';
import { gatewayDial } from '../../src/cli/commands/gateway-host.ts';
import { sha256 } from '../../src/crypto/digest.ts';
import { clientInfoOfCard } from '../../src/rdp/offered-client-info.ts';
import { cardChannels, offeredSettings } from '../../src/rdp/offered-settings.ts';
import { configFolder, examined } from '../config/config-folder.ts';
import { account } from '../gateway/at-hand.ts';
import { screen } from '../rdp/connected-client.ts';
import { fakeHost } from '../rdp/fake-host.ts';
import { hostCertificate } from '../rdp/fake-host-certificate.ts';
import { mintedCard } from '../rdpdr/windows/minted-card.ts';
import { hex } from '../wire/annotated-hex.ts';

const host = await fakeHost(hostCertificate);
afterAll(() => host.end());
// Between the dialling and the relay nobody listened to the connection: its end by an error ended the process.
it('a host may break the connection before anybody reads it', async () => {
  const pin = hex(sha256(hostCertificate.der));
  const target = `{ name: desk1.corp.test, address: 127.0.0.1, port: ${host.port}, security: tls, pins: ["${pin}"] }`;
  const { config } = await examined(configFolder(), `targets: [${target}]\n`);
  if (!config) throw new Error('no configuration');
  const { card, certificate } = mintedCard({ told: () => undefined });
  const held = {
    id: 'c1',
    session: 's1',
    card,
    certificate,
    serialNumber: '01',
    notAfter: 0,
    ended: new Promise<never>(() => undefined),
  };
  const behind = await gatewayDial({ config, intermediates: async () => [], netBiosName: async () => undefined })({
    ...{ host: 'desk1.corp.test', account, card: held },
    settings: ({ protocol: selectedProtocol }) =>
      offeredSettings({ offer: screen, clientName: 'a', selectedProtocol, extendedClientData: false, channels: cardChannels }),
    clientInfo: (userName) => clientInfoOfCard({ userName, password: new Uint8Array(18) }),
  });
  if ('kind' in behind) throw new Error(behind.sentence);
  expect(behind.stream.listenerCount('error')).toBeGreaterThan(0);
  expect(() => behind.stream.emit('error', new Error('ECONNRESET'))).not.toThrow();
  behind.stream.destroy();
  await card.destroy('released');
});
