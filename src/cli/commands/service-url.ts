import { once } from 'node:events';
import type { Server } from 'node:net';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { listenAddress } from './service-plan.ts';

/** Listens at HOST:PORT; the port that it got. @throws MayflyError `listen-address`, `listen` */
export async function listening(server: Server, at: string, option: string): Promise<number> {
  const { host, port } = listenAddress(at);
  try {
    server.listen({ host, port });
    await once(server, 'listening');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown cause';
    throw new MayflyError('listen', `cannot listen on ${at} (${code})`, {
      cause,
      next:
        code === 'EADDRINUSE'
          ? `end what listens there, or name another with ${option}`
          : `name an address of this machine with ${option}`,
    });
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
/** By what address this machine reaches what listens at HOST:PORT. */
export function urlOf(at: string, port: number): string {
  const { host } = listenAddress(at);
  const reached = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `https://${reached.includes(':') ? `[${reached}]` : reached}:${port}`;
}
