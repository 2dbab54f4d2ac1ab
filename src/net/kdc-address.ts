import { MayflyError } from '../wire/mayfly-error.ts';

/** Where a KDC answers: TCP, or a KDC proxy over HTTPS. `host` is the name it goes by. */
export type KdcAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'proxy'; readonly url: string };

const KERBEROS_PORT = 88;
/** Letters, digits, hyphens, underscores and dots; an IPv4 address is one, too. */
export const hostName =
  /^(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*\.?$/;

function proxyAddress(text: string): KdcAddress | undefined {
  const url = URL.parse(text);
  return url?.protocol === 'https:' && !url.username && !url.password && !url.hash ? { kind: 'proxy', url: url.href } : undefined;
}
function tcpAddress(text: string): KdcAddress | undefined {
  const [, bracketed, plain = '', port = String(KERBEROS_PORT)] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const number = Number(port);
  const isHost = bracketed !== undefined || hostName.test(plain);
  return isHost && 0 < number && number < 65_536 ? { kind: 'tcp', host: bracketed ?? plain, port: number } : undefined;
}
/** `HOST`, `HOST:PORT`, `[IPv6]:PORT` or `https://HOST/KdcProxy`. @throws MayflyError `kdc-address` */
export function kdcAddress(text: string): KdcAddress {
  const address = text.startsWith('https:') ? proxyAddress(text) : tcpAddress(text);
  if (address) return address;
  throw new MayflyError('kdc-address', `${JSON.stringify(text)} is not the address of a KDC`, {
    next: 'write HOST, HOST:PORT, or https://HOST/KdcProxy for a KDC proxy',
  });
}
export const addressText = (address: KdcAddress): string =>
  address.kind === 'proxy' ? address.url : `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
