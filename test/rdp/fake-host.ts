import { randomBytes } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { toPem } from '../../src/ca/pem.ts';
import { type Answers, converse } from '../../src/net/converse.ts';
import { FramedStream } from '../../src/net/framed-stream.ts';
import { acceptClientInfo } from '../../src/rdp/accept-client-info.ts';
import { acceptJoin } from '../../src/rdp/accept-join.ts';
import { type ClientEvent, clientEvents } from '../../src/rdp/client-event.ts';
import type { ClientInfo } from '../../src/rdp/client-info.ts';
import type { ConfirmActive } from '../../src/rdp/confirm-active.ts';
import { demandActivation } from '../../src/rdp/demand-activation.ts';
import { type DemandActive, demandActive } from '../../src/rdp/demand-active.ts';
import { blockOf } from '../../src/rdp/gcc-blocks.ts';
import { grantLicense } from '../../src/rdp/grant-license.ts';
import { handedBack } from '../../src/rdp/handed-back.ts';
import type { ConnectInitial, ConnectResponse } from '../../src/rdp/mcs-connect.ts';
import { acceptNegotiation } from '../../src/rdp/negotiate.ts';
import type { ConnectionRequest, NegotiationAnswer } from '../../src/rdp/negotiation.ts';
import { failureCode, securityProtocol } from '../../src/rdp/negotiation-code.ts';
import { rdpFrame } from '../../src/rdp/rdp-frame.ts';
import type { ServerBlock } from '../../src/rdp/server-blocks.ts';
import type { SessionIds } from '../../src/rdp/session-ids.ts';
import { acceptSettings } from '../../src/rdp/settings.ts';
import { decode } from '../../src/wire/codec.ts';
import { ask, type Conversation } from '../../src/wire/conversation.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import * as active from '../vectors/rdp/active.ts';
import { bytes } from '../wire/annotated-hex.ts';
import type { MadeCertificate } from '../x509/made-certificate.ts';

const IO_CHANNEL = 1003;
const FIRST_CHANNEL = 1004;

/** Channels, as a host of Windows numbers them: I/O, the client's in its order, the message channel, the user. */
export interface HostIds extends SessionIds {
  readonly channels: readonly { readonly name: string; readonly id: number }[];
}
/** One client, as far as it has come. */
export interface Guest {
  readonly request: ConnectionRequest;
  readonly initial: ConnectInitial;
  readonly ids: HostIds;
  readonly info: ClientInfo;
  readonly confirm: ConfirmActive;
}
/** What a host does; every step may be replaced, and a step that throws or returns ends the connection. */
export interface HostScript {
  /** TLS alone unless said otherwise. */
  readonly negotiate?: (request: ConnectionRequest) => NegotiationAnswer | undefined;
  /** CredSSP goes here. */
  readonly authenticate?: (request: ConnectionRequest) => Conversation<void>;
  readonly settings?: (initial: ConnectInitial, usual: ConnectResponse) => ConnectResponse;
  /** In place of what a host of the valid-client path says. */
  readonly license?: (ids: HostIds) => Conversation<void>;
  /** Before the activation: measurements, errors. */
  readonly beforeActivation?: (ids: HostIds) => Conversation<void>;
  readonly demand?: DemandActive;
  /** The session; afterwards the connection is closed. The usual one waits for the client to leave. */
  readonly session?: (guest: Guest) => Conversation<void>;
  /** What a session waits for that asks to wait until a time; the time says which of the test's own steps is meant. */
  readonly step?: (step: number) => Promise<void>;
  /** Told every octet that the client sends under TLS, as it was decrypted. */
  readonly heard?: (octets: Uint8Array) => void;
  /** In place of everything: octets for a client that has just connected. */
  readonly instead?: (socket: Socket) => void;
}
export interface FakeHost {
  readonly port: number;
  readonly guests: readonly Guest[];
  /** How the connections ended that ended in an error. */
  readonly failures: readonly unknown[];
  /** Connections that are open now. */
  readonly open: number;
  end(): Promise<void>;
}
/** What the capture of [MS-RDPBCGR] 4.1.12 demands. */
export const usualDemand: DemandActive = decode(demandActive, bytes(active.demandActive));

const tlsAlone = ({ negotiation }: ConnectionRequest): NegotiationAnswer =>
  ((negotiation?.protocols ?? 0) & securityProtocol.ssl) !== 0
    ? { kind: 'response', flags: 0, protocol: securityProtocol.ssl }
    : { kind: 'failure', flags: 0, code: failureCode.sslRequiredByServer };

function responseTo(initial: ConnectInitial, requested: number): ConnectResponse {
  const asked = blockOf(initial.conference.blocks, 'network')?.channels ?? [];
  const wantsMessages = blockOf(initial.conference.blocks, 'messageChannel') !== undefined;
  const blocks: ServerBlock[] = [
    { kind: 'core', value: { version: 0x0008_0004, clientRequestedProtocols: requested, earlyCapabilityFlags: 0 } },
    { kind: 'security', value: { encryptionMethod: 0, encryptionLevel: 0 } },
    { kind: 'network', value: { ioChannelId: IO_CHANNEL, channelIds: asked.map((_, i) => FIRST_CHANNEL + i) } },
  ];
  if (wantsMessages) blocks.push({ kind: 'messageChannel', value: { channelId: FIRST_CHANNEL + asked.length } });
  const { targetParameters: domainParameters } = initial;
  return { result: 0, calledConnectId: 0, domainParameters, conference: { nodeId: 0x79f3, tag: 1, result: 0, blocks } };
}
function idsOf(initial: ConnectInitial, response: ConnectResponse): HostIds {
  const names = (blockOf(initial.conference.blocks, 'network')?.channels ?? []).map(({ name }) => name);
  const granted = response.conference?.blocks ?? [];
  const network = blockOf(granted, 'network');
  const messageChannelId = blockOf(granted, 'messageChannel')?.channelId;
  const channels = names.map((name, i) => ({ name, id: network?.channelIds[i] ?? 0 }));
  const userId = FIRST_CHANNEL + names.length + 1;
  return { userId, ioChannelId: network?.ioChannelId ?? IO_CHANNEL, messageChannelId, channels };
}
/** Events of the client's, for as long as it stays. */
export function* untilItLeaves(
  ids: SessionIds,
  onEvent: (event: ClientEvent) => Conversation<void> | undefined = () => undefined,
): Conversation<void> {
  for (;;) {
    const pdu = yield* ask<'receive'>({ do: 'receive', frame: rdpFrame });
    for (const event of clientEvents(pdu, ids)) {
      if (event.kind === 'disconnect') return;
      const answer = onEvent(event);
      if (answer) yield* answer;
    }
  }
}
/** The whole sequence of a host, [MS-RDPBCGR] 1.3.1.1. */
function* serve(script: HostScript, guests: Guest[]): Conversation<void> {
  const { request, answer } = yield* acceptNegotiation(script.negotiate ?? tlsAlone);
  if (answer?.kind !== 'response') return;
  if (answer.protocol !== securityProtocol.ssl && script.authenticate) yield* script.authenticate(request);
  const requested = request.negotiation?.protocols ?? 0;
  const { initial, response } = yield* acceptSettings((asked) => {
    const usual = responseTo(asked, requested);
    return script.settings?.(asked, usual) ?? usual;
  });
  if (response.conference === undefined) return;
  const ids = idsOf(initial, response);
  const joinable = [
    ids.ioChannelId,
    ...ids.channels.map(({ id }) => id),
    ...(ids.messageChannelId === undefined ? [] : [ids.messageChannelId]),
  ];
  const joined = yield* acceptJoin({ userId: ids.userId, channels: joinable });
  if (joined.kind !== 'joined') return;
  const told = yield* handedBack(joined.next, acceptClientInfo(ids));
  if (told.kind !== 'client-info') throw new MayflyError('fake-host', told.refusal.sentence);
  yield* (script.license ?? grantLicense)(ids);
  if (script.beforeActivation) yield* script.beforeActivation(ids);
  const activated = yield* demandActivation(ids, script.demand ?? usualDemand);
  if (activated.kind !== 'active') throw new MayflyError('fake-host', activated.refusal.sentence);
  const guest = { request, initial, ids, info: told.info, confirm: activated.confirm };
  guests.push(guest);
  yield* script.session?.(guest) ?? untilItLeaves(ids);
}

/** An RDP host made of Mayfly's own pieces and the specification, on loopback, on a port that nobody holds. */
export async function fakeHost(made: MadeCertificate, script: HostScript = {}, patience = 60_000): Promise<FakeHost> {
  const guests: Guest[] = [];
  const failures: unknown[] = [];
  const sockets = new Set<Socket>();
  const tls = {
    isServer: true,
    key: made.key.privateKey.export({ format: 'pem', type: 'pkcs8' }),
    cert: toPem('CERTIFICATE', made.der),
  };
  const server: Server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    if (script.instead) {
      script.instead(socket);
      return;
    }
    const framed = (stream: Socket) => new FramedStream(stream, { protocol: 'guest', peer: 'the client', patience });
    let stream = framed(socket);
    let top: Socket = socket;
    const answers: Answers = {
      send: ({ bytes: octets }) => stream.send(octets).then(() => undefined),
      receive: ({ frame }) => stream.receive(frame),
      'wait-until': ({ time }) => script.step?.(time).then(() => undefined),
      random: ({ length }) => new Uint8Array(randomBytes(length)),
      'start-tls': async () => {
        stream.release();
        const secure = new TLSSocket(socket, tls);
        secure.on('error', () => undefined);
        const { heard } = script;
        if (heard) secure.on('data', heard);
        stream = framed(secure);
        top = secure;
        return made.der;
      },
    };
    converse(serve(script, guests), answers)
      .catch((e: unknown) => failures.push(e))
      .finally(() => top.end());
  });
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    guests,
    failures,
    get open() {
      return sockets.size;
    },
    end: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
