import { equalInConstantTime } from '../crypto/constant-time.ts';
import { sha256 } from '../crypto/digest.ts';
import { toHex } from '../wire/hex.ts';

/** What opens a session once. */
export interface Launch {
  /** No secret: it travels in clear, before TLS. */
  readonly handle: string;
  /** Handle and secret, as a client says it inside TLS. */
  readonly token: string;
  /** Seconds that it is good for. */
  readonly seconds: number;
}
export interface LaunchTokensPorts {
  readonly random: (length: number) => Uint8Array;
  /** Milliseconds of a clock that nobody sets. */
  readonly elapsed: () => number;
  /** Seconds that a token is good for. */
  readonly lifetime: number;
}
interface Issued<Grant> {
  readonly session: string;
  readonly digest: Uint8Array;
  readonly until: number;
  readonly grant: Grant;
}
const HANDLE = 16;
const SECRET = 32;
const form = /^([0-9a-f]{32})\.([0-9a-f]{64})$/;
const digestOf = (secret: string) => sha256(new TextEncoder().encode(secret));
/** Equal to no digest that anybody could hit. */
const nobody = new Uint8Array(32);

/**
 * Launch tokens: each opens one session, once, within seconds. Of a session the newest counts. Kept are digests; a wrong, a used and an
 * expired token take the same way.
 */
export class LaunchTokens<Grant> {
  readonly #ports: LaunchTokensPorts;
  readonly #byHandle = new Map<string, Issued<Grant>>();
  readonly #handleOf = new Map<string, string>();
  constructor(ports: LaunchTokensPorts) {
    this.#ports = ports;
  }
  get size(): number {
    return this.#byHandle.size;
  }
  issue(session: string, grant: Grant): Launch {
    const { random, elapsed, lifetime } = this.#ports;
    this.#forgetExpired();
    this.revoke(session);
    const handle = toHex(random(HANDLE));
    const secret = toHex(random(SECRET));
    this.#byHandle.set(handle, { session, digest: digestOf(secret), until: elapsed() + lifetime * 1000, grant });
    this.#handleOf.set(session, handle);
    return { handle, token: `${handle}.${secret}`, seconds: lifetime };
  }
  /** Whether such a handle waits for its token: all that may be told before TLS. */
  knows(handle: string): boolean {
    const issued = this.#byHandle.get(handle);
    return issued !== undefined && this.#ports.elapsed() < issued.until;
  }
  /** What the token opens; it opens nothing a second time. */
  redeem(token: string): Grant | undefined {
    const [, handle = '', secret = ''] = form.exec(token) ?? [];
    const issued = this.#byHandle.get(handle);
    const isRight = equalInConstantTime(digestOf(secret), issued?.digest ?? nobody);
    if (!isRight || !issued) return undefined;
    this.revoke(issued.session);
    return this.#ports.elapsed() < issued.until ? issued.grant : undefined;
  }
  revoke(session: string): void {
    const handle = this.#handleOf.get(session);
    this.#handleOf.delete(session);
    if (handle !== undefined) this.#byHandle.delete(handle);
  }
  /** In the order of issue, which is that of expiry. */
  #forgetExpired(): void {
    const now = this.#ports.elapsed();
    for (const { session, until } of this.#byHandle.values()) {
      if (now < until) return;
      this.revoke(session);
    }
  }
}
