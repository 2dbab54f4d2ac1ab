import { randomBytes } from 'node:crypto';
import type { Launch } from '../../api/api-ports.ts';
import { reloadTls, type TlsReloadOptions } from '../../api/tls-files.ts';
import { caFolder } from '../../ca/ca-folder.ts';
import { certificatesOf } from '../../ca/pem.ts';
import { activeGeneration } from '../../ca/rotation.ts';
import type { ServerIdentity } from '../../ca/service-certificate.ts';
import { sha256 } from '../../crypto/digest.ts';
import { Gateway, type GatewayCounts } from '../../gateway/gateway.ts';
import type { LaunchGrant } from '../../gateway/gateway-ports.ts';
import { LaunchTokens } from '../../gateway/launch-tokens.ts';
import { rdpFile } from '../../gateway/rdp-file.ts';
import { RdpListener } from '../../net/rdp-listener.ts';
import type { Caller } from '../../policy/principal.ts';
import type { SessionView } from '../../session/session.ts';
import type { Reauthentication } from '../../session/session-cards.ts';
import type { Sessions } from '../../session/sessions.ts';
import type { Store } from '../../store/store.ts';
import { toHex } from '../../wire/hex.ts';
import { clock } from '../clock.ts';
import type { ServiceLog } from '../service-log.ts';
import { intermediatesOf } from './card-logon.ts';
import type { Closing } from './closing.ts';
import { type GatewayHostPorts, gatewayDial } from './gateway-host.ts';
import { listenAddress, type ServicePlan } from './service-plan.ts';

const MINUTE = 60_000;
/** Milliseconds for which a client shows why its session ended. */
const SHOWN = 20_000;

/** The certificate that a service shows: as it is, and as it becomes. */
export interface Certificates extends Pick<TlsReloadOptions, 'alarm'> {
  readonly read: () => Promise<ServerIdentity>;
  readonly first: ServerIdentity;
}
export interface GatewayServicePorts extends Pick<GatewayHostPorts, 'netBiosName'> {
  readonly sessions: Sessions;
  readonly store: Store;
}
/** The gateway of a service: where RDP clients come in, and what lets them. */
export class GatewayService {
  readonly #plan: ServicePlan;
  readonly #gateway: Gateway;
  readonly #tokens: LaunchTokens<LaunchGrant>;
  #port = 0;
  #fingerprint = '';

  constructor(plan: ServicePlan, { sessions, store, netBiosName }: GatewayServicePorts, log: ServiceLog) {
    this.#plan = plan;
    const { config, service } = plan;
    const { limits } = service;
    // Which CA issues is asked anew each time: a rotation takes no restart.
    const intermediates = async () => {
      const { name } = await activeGeneration(config.home, service.ca);
      return intermediatesOf({ folder: caFolder(config.home, name) });
    };
    const random = (length: number) => new Uint8Array(randomBytes(length));
    const elapsed = () => performance.now();
    this.#tokens = new LaunchTokens({ random, elapsed, lifetime: limits.launchSeconds });
    this.#gateway = new Gateway(
      {
        ...{ sessions, random, elapsed, clock, idle: limits.idleMinutes * MINUTE, shown: SHOWN },
        dial: gatewayDial({ config, intermediates, netBiosName }),
        note: (entry) => store.note({ entries: [entry] }),
        after(milliseconds, f) {
          const timer = setTimeout(f, milliseconds);
          return () => clearTimeout(timer);
        },
        log: (what, e) => (e === undefined ? log.line(what) : log.error(what, e)),
      },
      this.#tokens,
      {
        halfOpen: {
          perAddress: limits.halfOpenPerAddress,
          inAll: limits.halfOpen,
          perAddressPerMinute: limits.handshakesPerAddressPerMinute,
          inAllPerMinute: limits.handshakesPerMinute,
        },
        sessions: limits.gatewaySessions,
      },
    );
  }
  /** @param at HOST:PORT @returns where clients reach it */
  async listen(at: string, { read, first, alarm }: Certificates, closing: Closing): Promise<string> {
    const listener = new RdpListener({
      tls: first,
      admit: (address) => this.#gateway.admit(address),
      serve: (guest, place) => this.#gateway.serve(guest, place),
    });
    const { host, port } = listenAddress(at);
    this.#port = await listener.listen(host, port);
    this.#fingerprint = fingerprintOf(first.certificate);
    const server = {
      setSecureContext: ({ cert, key }: { readonly cert: string; readonly key: string }) => {
        listener.setTls({ certificate: cert, key });
        this.#fingerprint = fingerprintOf(cert);
      },
    };
    closing.add('the look at its certificate', reloadTls({ read, server, version: first.version, alarm }));
    closing.add('the gateway', async () => {
      const closed = listener.close();
      await this.#gateway.close();
      await closed;
    });
    const { host: reached, port: reachedPort } = this.#address();
    return `${reached}:${reachedPort}`;
  }
  #address(): { readonly host: string; readonly port: number } {
    const { gatewayAddress, names } = this.#plan.service;
    if (gatewayAddress !== undefined) return listenAddress(gatewayAddress);
    return { host: names[0] ?? 'localhost', port: this.#port };
  }
  get counts(): GatewayCounts {
    return this.#gateway.counts;
  }
  reauthenticate(caller: Caller, session: string, network: string): Promise<Reauthentication> {
    return this.#gateway.reauthenticate(caller, session, network);
  }
  launch(caller: Caller, { id, channels }: SessionView): Launch {
    const { handle, token, seconds } = this.#tokens.issue(id, { session: id, caller });
    const place = { ...this.#address(), handle, token };
    return { ...place, seconds, fingerprint: this.#fingerprint, file: rdpFile({ ...place, channels }) };
  }
}
/** Of the first certificate of a PEM text, which is the server's own. */
const fingerprintOf = (pem: string): string =>
  toHex(sha256(certificatesOf(new TextEncoder().encode(pem))[0] ?? new Uint8Array()));
