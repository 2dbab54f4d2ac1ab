/** Distinguished names as text, RFC 4514. A value with any character of 2.4 goes through `escaped`; nothing else makes a name of it. */
export function escaped(value: string): string {
  return value
    .replace(/[\\",;+<>=]/g, '\\$&')
    .replace(/\0/g, '\\00')
    .replace(/[\r\n]/g, (sign) => (sign === '\r' ? '\\0D' : '\\0A'))
    .replace(/^[ #]| $/g, '\\$&');
}
/** The relative names of a name, the innermost first, as they are written. */
export function relativeNames(name: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let i = 0; i < name.length; i++) {
    if (name[i] === '\\') i++;
    else if (name[i] === '"') isQuoted = !isQuoted;
    else if ((name[i] === ',' || name[i] === ';') && !isQuoted) {
      parts.push(name.slice(start, i));
      start = i + 1;
    }
  }
  return name === '' ? [] : [...parts, name.slice(start)];
}
/** The names above that are of organizational units, the nearest first. */
export function organizationalUnits(name: string): string[] {
  const parts = relativeNames(name);
  return parts.flatMap((part, i) => (0 < i && /^ou=/i.test(part) ? [parts.slice(i).join(',')] : []));
}
/** `corp.example` of `…,DC=corp,DC=example`. */
export const domainOfName = (name: string): string =>
  relativeNames(name)
    .flatMap((part) => /^dc=(.+)$/i.exec(part)?.[1] ?? [])
    .join('.')
    .toLowerCase();
