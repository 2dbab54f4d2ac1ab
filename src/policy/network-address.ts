const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const ipv4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`);

function groups(text: string): readonly string[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  return parts.every((part) => /^[0-9A-Fa-f]{1,4}$/.test(part)) ? parts : undefined;
}
/** The eight groups of an IPv6 address (RFC 4291 2.2). */
function ipv6Groups(text: string): readonly number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = [groups(halves[0] ?? ''), groups(halves[1] ?? '')];
  if (!head || !tail) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  return [...head, ...Array<string>(missing).fill('0'), ...tail].map((part) => Number.parseInt(part, 16));
}

/**
 * One address, as rules compare it: no range, no zone, and an IPv4 address that came in through IPv6 (RFC 4291 2.5.5.2) as the IPv4
 * address it is, so that a rule for 10.0.0.0/8 holds on a socket that listens for both. Undefined: this is no address.
 */
export function networkAddress(text: string): string | undefined {
  if (ipv4.test(text)) return text;
  if (text.length > 100) return undefined;
  let plain = text.replace(/%[0-9A-Za-z._-]{1,32}$/, '');
  const embedded = /^(.*:)([\d.]+)$/.exec(plain);
  if (embedded?.[2]?.includes('.')) {
    if (!ipv4.test(embedded[2])) return undefined;
    const [a = 0, b = 0, c = 0, d = 0] = embedded[2].split('.').map(Number);
    plain = `${embedded[1]}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  }
  const all = ipv6Groups(plain);
  if (!all) return undefined;
  if (all.slice(0, 5).every((group) => group === 0) && all[5] === 0xffff) {
    const [high = 0, low = 0] = all.slice(6);
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  }
  return all.map((group) => group.toString(16)).join(':');
}
