import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { sha256 } from '../crypto/digest.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { printableName } from '../x509/name-text.ts';
import { oid } from '../x509/oid.ts';
import { readPathCertificate } from '../x509/path-certificate.ts';
import { dNSNameMatches, readSubjectAltName } from '../x509/subject-alt-name.ts';
import { verifyChain } from '../x509/verify-chain.ts';
import type { Answers } from './converse.ts';
import { FramedStream } from './framed-stream.ts';
import { unreachable } from './socket-fault.ts';

/** Why a host is believed to be the one that was meant. There is no trust on first use. */
export type HostTrust =
  /** SHA-256 of its certificate, lower-case hex: any of these. */
  | { readonly kind: 'pinned'; readonly fingerprints: readonly string[] }
  /** A chain to an anchor, and one of these names. */
  | {
      readonly kind: 'verified';
      readonly anchors: readonly Uint8Array[];
      readonly names: readonly string[];
      readonly crls?: readonly Uint8Array[];
    }
  /** Not at all: to look at a certificate, or because Kerberos proves the key afterwards. Nothing secret may follow without that. */
  | { readonly kind: 'unproven' };
/** What a host that could be any is not given: a PIN, a card. */
export const unproven = (): MayflyError =>
  new MayflyError('rdp-unproven', 'nothing proves the host, so it is given neither PIN nor card', {
    next: 'pin the certificate of the host, name the CA it is from, or use Network Level Authentication',
  });

export interface RdpTransportSettings {
  readonly host: string;
  readonly port: number;
  readonly trust: HostTrust;
  /** Milliseconds for the connection, for TLS, and for each PDU; a host has twelve times as long for all of them before the session. */
  readonly patience?: number;
  readonly clock: () => UnixSeconds;
}
const PATIENCE = 10_000;
/** So many times the patience a host has for all that comes before the session: one that drips is no better than one that is silent. */
const ALL_TOGETHER = 12;
/** Milliseconds of silence after which TCP asks whether the host is still there: a session may be silent for hours. */
const SILENCE = 30_000;

/** One TCP connection to an RDP host, later under TLS: answers `send`, `receive`, `start-tls` and `time`. */
export class RdpTransport {
  readonly #settings: RdpTransportSettings;
  #stream: FramedStream;
  #socket: Socket | TLSSocket;
  #certificate: Uint8Array | undefined;
  readonly #until: number;

  private constructor(settings: RdpTransportSettings, socket: Socket) {
    this.#settings = settings;
    this.#socket = socket;
    this.#stream = this.#framed(socket);
    this.#until = performance.now() + ALL_TOGETHER * this.#patience;
  }
  /** @throws MayflyError `rdp-unreachable`, `rdp-timeout` */
  static connect(settings: RdpTransportSettings): Promise<RdpTransport> {
    const { host, port, patience = PATIENCE } = settings;
    return new Promise((resolve, reject) => {
      const socket = connectTcp({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: SILENCE });
      const fail = (code: string, message: string, cause?: unknown) => {
        clearTimeout(timer);
        socket.destroy();
        reject(new MayflyError(code, message, cause === undefined ? {} : { cause }));
      };
      const timer = setTimeout(
        () => fail('rdp-timeout', `${host}:${port} did not accept a connection in ${patience} ms`),
        patience,
      );
      const onError = (cause: unknown) => {
        clearTimeout(timer);
        reject(unreachable('rdp-unreachable', `${host}:${port}`, cause));
      };
      socket.once('error', onError);
      socket.once('connect', () => {
        clearTimeout(timer);
        socket.off('error', onError);
        resolve(new RdpTransport(settings, socket));
      });
    });
  }
  get #patience(): number {
    return this.#settings.patience ?? PATIENCE;
  }
  #framed(socket: Socket | TLSSocket): FramedStream {
    const { host, port } = this.#settings;
    return new FramedStream(socket, { protocol: 'rdp', peer: `${host}:${port}`, patience: this.#patience });
  }
  /** The host's certificate, DER; `undefined` before TLS. */
  get certificate(): Uint8Array | undefined {
    return this.#certificate;
  }
  /** Whether the host is known to be the one that was meant, by its certificate. Kerberos may still prove one that is not. */
  get isProven(): boolean {
    return this.#certificate !== undefined && this.#settings.trust.kind !== 'unproven';
  }
  get answers(): Answers {
    return {
      send: ({ bytes }) => this.#stream.send(bytes).then(() => undefined),
      receive: ({ frame }) => this.#stream.receive(frame, Math.min(this.#patience, this.#until - performance.now())),
      'start-tls': () => this.#startTls(),
      // Differences are all that is measured by it.
      time: () => {
        const now = Math.floor(performance.now() * 1000);
        return { seconds: Math.floor(now / 1_000_000), microseconds: now % 1_000_000 };
      },
    };
  }
  async #startTls(): Promise<Uint8Array> {
    const { host, port } = this.#settings;
    this.#stream.release();
    const plain = this.#socket;
    const tls = await new Promise<TLSSocket>((resolve, reject) => {
      // The certificate is judged below: RDP hosts sign their own as they ship.
      const servername = /^[\d.]+$|:/.test(host) ? '' : host;
      const socket = connectTls({ socket: plain, rejectUnauthorized: false, minVersion: 'TLSv1.2', servername });
      const fail = (code: string, what: string, cause?: unknown) => {
        clearTimeout(timer);
        socket.destroy();
        plain.destroy();
        reject(new MayflyError(code, `${host}:${port}: ${what}`, cause === undefined ? {} : { cause }));
      };
      const timer = setTimeout(() => fail('rdp-timeout', 'TLS did not come up in time'), this.#patience);
      const onError = (cause: unknown) => fail('rdp-tls', 'TLS failed', cause);
      const onClose = () => fail('rdp-tls', 'the connection was closed during TLS');
      socket.once('error', onError).once('close', onClose);
      socket.once('secureConnect', () => {
        clearTimeout(timer);
        socket.off('error', onError).off('close', onClose);
        resolve(socket);
      });
    });
    this.#socket = tls;
    this.#stream = this.#framed(tls);
    const chain = chainOf(tls);
    const [certificate] = chain;
    const fault = certificate ? await this.#fault(certificate, chain) : 'it showed no certificate';
    if (!certificate || fault !== undefined) {
      this.close();
      throw new MayflyError('rdp-certificate', `${host}:${port}: ${fault}`, {
        next: 'pin the certificate of the host, or name the CA it is from; `mayfly rdp probe` shows it',
      });
    }
    this.#certificate = certificate;
    return certificate;
  }
  /** One clause why the certificate does not prove the host. */
  async #fault(certificate: Uint8Array, certificates: readonly Uint8Array[]): Promise<string | undefined> {
    const { trust, clock } = this.#settings;
    if (trust.kind === 'unproven') return undefined;
    if (trust.kind === 'pinned') {
      const fingerprint = Buffer.from(sha256(certificate)).toString('hex');
      return trust.fingerprints.includes(fingerprint) ? undefined : `its certificate ${fingerprint} is not the pinned one`;
    }
    const { anchors, names, crls = [] } = trust;
    const verdict = await verifyChain({
      certificates,
      anchors,
      crls,
      time: clock(),
      purpose: 'rdp-host',
      revocation: 'if-given',
    });
    if (!verdict.ok) return `its certificate is refused: ${verdict.reason}`;
    const { dNSNames } = readSubjectAltName(readPathCertificate(certificate).extensions.get(oid.subjectAltName)?.value);
    const isNamed = dNSNames.some((name) => names.some((wanted) => dNSNameMatches(name, wanted, { wildcards: true })));
    return isNamed
      ? undefined
      : `its certificate is for ${dNSNames.slice(0, 4).map(printableName).join(', ') || 'no DNS name'}, not for ${names.join(', ')}`;
  }
  /** For what comes behind the conversations: PDUs pass as they are. */
  get stream(): FramedStream {
    return this.#stream;
  }
  close(): void {
    this.#stream.close();
    this.#socket.destroy();
  }
}
const MOST_CERTIFICATES = 8;
/** Leaf first, as far as the peer sent them. */
function chainOf(tls: TLSSocket): Uint8Array[] {
  const chain: Uint8Array[] = [];
  for (let at = tls.getPeerCertificate(true); at?.raw && chain.length < MOST_CERTIFICATES; at = at.issuerCertificate) {
    const der = new Uint8Array(at.raw);
    // A self-signed one is its own issuer.
    if (chain.some((known) => Buffer.compare(known, der) === 0)) break;
    chain.push(der);
  }
  return chain;
}
