import type { GatewayPorts } from './gateway-ports.ts';

/** Tells when nobody has used a session for so long. */
export class IdleWatch {
  readonly #ports: Pick<GatewayPorts, 'elapsed' | 'after' | 'idle'>;
  #usedAt: number;
  #callOff: () => void = () => undefined;
  constructor(ports: Pick<GatewayPorts, 'elapsed' | 'after' | 'idle'>) {
    this.#ports = ports;
    this.#usedAt = ports.elapsed();
  }
  used(): void {
    this.#usedAt = this.#ports.elapsed();
  }
  begin(idled: () => void): void {
    const { elapsed, after, idle } = this.#ports;
    const left = this.#usedAt + idle - elapsed();
    if (left <= 0) idled();
    else this.#callOff = after(left, () => this.begin(idled));
  }
  end(): void {
    this.#callOff();
  }
}
