import { connect as connectTcp, createServer, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, TLSSocket } from 'node:tls';
import { toPem } from '../../../src/ca/pem.ts';
import { ClientReader } from '../../../src/gateway/client-reader.ts';
import { Clipboard } from '../../../src/gateway/clipboard.ts';
import { DynamicChannels } from '../../../src/gateway/dynamic-channels.ts';
import { HostReader } from '../../../src/gateway/host-reader.ts';
import { Relay } from '../../../src/gateway/relay.ts';
import { RelayChannels } from '../../../src/gateway/relay-channels.ts';
import { hostCertificate } from '../../../test/rdp/fake-host-certificate.ts';

/** One relay in a process of its own, `bare` or `gateway`, from TLS to TLS: `gateway-relay.ts MODE PORT-BEHIND`; its port on standard output. */
const [, , mode, behind] = process.argv;
const key = hostCertificate.key.privateKey.export({ format: 'pem', type: 'pkcs8' });
const secureContext = createSecureContext({ key, cert: toPem('CERTIFICATE', hostCertificate.der) });
const held = new Uint8Array();

function bare(from: Socket, to: Socket): void {
  from.on('data', (chunk: Buffer) => {
    if (!to.write(chunk)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('error', () => undefined).on('close', () => to.destroy());
}
function gateway(client: Socket, host: Socket): void {
  const ids = { ioChannelId: 1003, userId: 1007 };
  const all = [1004, 1005, 1006].map((channelId, i) => ({ name: ['rdpdr', 'rdpsnd', 'drdynvc'][i] ?? '', channelId }));
  const channels = new RelayChannels({ ...ids, channels: all }, { ...ids, channels: all }, () => true);
  const shared = { channels, dynamic: new DynamicChannels([]), clipboard: new Clipboard([]), isLicensing: () => false };
  const nothing = () => undefined;
  const toClient = (octets: Uint8Array) => relay.toClient(octets);
  const toHost = (octets: Uint8Array) => relay.toHost(octets);
  const relay: Relay = new Relay({
    client: { stream: client, held },
    host: { stream: host, held },
    fromHost: new HostReader({
      ...shared,
      toClient,
      toHost,
      happened: nothing,
      devices: nothing,
      wantsErrors: true,
      takesLicenses: () => true,
      isLeft: () => false,
    }),
    fromClient: new ClientReader({
      ...{
        ...shared,
        toClient,
        toHost,
        typed: nothing,
        isActive: () => true,
        confirms: () => true,
        leaves: nothing,
        devices: undefined,
      },
      mayType: () => 'all',
    }),
    ended: () => {
      client.destroy();
      host.destroy();
    },
  });
  relay.begin();
}
const server = createServer({ noDelay: true }, (socket) => {
  const client = new TLSSocket(socket, { isServer: true, secureContext });
  client.on('error', () => undefined);
  const plain = connectTcp({ host: '127.0.0.1', port: Number(behind), noDelay: true });
  const host = connectTls({ socket: plain, rejectUnauthorized: false });
  host.on('error', () => undefined);
  host.once('secureConnect', () => {
    if (mode === 'gateway') gateway(client, host);
    else {
      bare(client, host);
      bare(host, client);
    }
  });
});
server.listen({ host: '127.0.0.1', port: 0 }, () => {
  const address = server.address();
  console.log(typeof address === 'object' && address ? address.port : 0);
});
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: (user + system) / 1000, rss: process.memoryUsage().rss });
});
