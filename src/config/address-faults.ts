import { isIPv4, isIPv6 } from 'node:net';
import { type ConfigDocument, type DocumentFault, pointerSteps, pointerTo, valueAt } from './document.ts';

const MOST_PORT = 65_535;
const label = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;
const isHostName = (host: string) =>
  host.length <= 253 &&
  host
    .replace(/\.$/, '')
    .split('.')
    .every((part) => label.test(part));

function addressFault(text: string, isHost: (host: string) => boolean): string | undefined {
  const [, bracketed, plain = '', port = '1'] = /^(?:\[(.*)\]|([^:]*))(?::(.*))?$/.exec(text) ?? [];
  if (Number(port) < 1 || MOST_PORT < Number(port)) return `the port of this address is not from 1 to ${MOST_PORT}`;
  if (bracketed !== undefined) return isIPv6(bracketed) ? undefined : 'what stands in the brackets is no IPv6 address';
  return isHost(plain) ? undefined : 'this is neither a host name nor an IP address';
}
function kdcFault(text: string): string | undefined {
  if (!text.startsWith('https:')) return addressFault(text, (host) => (/^[0-9.]+$/.test(host) ? isIPv4(host) : isHostName(host)));
  const url = URL.parse(text);
  return url?.hostname && !url.username && !url.password ? undefined : 'this is no URL of a KDC proxy';
}
const dnsFault = (text: string) => addressFault(text, isIPv4) && 'this is no IP address, with a port from 1 to 65535 if any';

const listenFault = (text: string) => addressFault(text, (host) => (/^[0-9.]+$/.test(host) ? isIPv4(host) : isHostName(host)));
/** Plain HTTP is for a provider on this very machine. */
function urlFault(text: string): string | undefined {
  const url = URL.parse(text);
  const isLocal = url?.protocol === 'http:' && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
  return (url?.protocol === 'https:' || isLocal) && !url.username && !url.password ? undefined : 'this is no https URL';
}

/** What the schema's patterns cannot say of addresses and URLs; only of those that the schema lets through. */
export function addressFaults(document: ConfigDocument, schemaFaults: readonly DocumentFault[]): DocumentFault[] {
  const unsound = new Set(schemaFaults.map(({ pointer }) => pointer));
  const at = (pointer: string, faultOf: (text: string) => string | undefined, next: string): DocumentFault[] => {
    const value = valueAt(document.value, pointerSteps(pointer));
    const message = typeof value === 'string' && !unsound.has(pointer) ? faultOf(value) : undefined;
    return message === undefined ? [] : [{ pointer, at: document.places.get(pointer)?.value ?? 0, message, next }];
  };
  const inList = (list: string, faultOf: (text: string) => string | undefined, next: string): DocumentFault[] => {
    const values = valueAt(document.value, pointerSteps(list));
    return (Array.isArray(values) ? values : []).flatMap((_, i) => at(pointerTo(list, i), faultOf, next));
  };
  const providers = valueAt(document.value, ['service', 'identityProviders']);
  const realms = valueAt(document.value, ['realms']);
  const kdcs = (Array.isArray(realms) ? realms : []).flatMap((_, i) =>
    inList(`/realms/${i}/kdcs`, kdcFault, 'write HOST, HOST:PORT, [IPv6]:PORT or https://HOST/KdcProxy'),
  );
  const directories = valueAt(document.value, ['directories']);
  const servers = (Array.isArray(directories) ? directories : []).flatMap((_, i) =>
    inList(`/directories/${i}/servers`, kdcFault, 'write HOST, HOST:PORT or [IPv6]:PORT'),
  );
  const listen = ['listen', 'publicHttp'].flatMap((name) =>
    at(`/service/${name}`, listenFault, 'write ADDRESS:PORT, such as 127.0.0.1:8443 or [::1]:8443'),
  );
  const urls = (Array.isArray(providers) ? providers : []).flatMap((_, i) =>
    at(`/service/identityProviders/${i}/jwksUri`, urlFault, 'write it as https://HOST/PATH, or leave it out'),
  );
  return [
    ...kdcs,
    ...servers,
    ...listen,
    ...urls,
    ...inList('/dnsServers', dnsFault, 'write it as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]'),
  ];
}
