import { MayflyError } from '../wire/mayfly-error.ts';

/** Textual encoding, RFC 7468 2, lines of 64 characters. */
export function toPem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
const boundary = /-----(BEGIN|END) ([A-Z0-9 ]+)-----/g;
/** Headers of RFC 1421 4.6, which old encrypted keys have. */
const headers = /^(?:\r?\n[A-Za-z0-9-]+: [^\r\n]*)*/;
/** Base64 between two boundaries, past its headers; `undefined` when it is something else. */
function bodyOf(text: string): string | undefined {
  const body = text.replace(headers, '');
  return /^[A-Za-z0-9+/=\s]*$/.test(body) ? body : undefined;
}

export interface PemBlock {
  readonly label: string;
  readonly der: Uint8Array;
}
/** All blocks of a text, in order; what stands between them is passed over. */
export function pemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  let begun: { readonly label: string; readonly at: number } | undefined;
  // From boundary to boundary: one expression for a whole block takes hours over a file of headers without an end.
  for (const { 0: line, 1: kind, 2: label = '', index } of text.matchAll(boundary)) {
    const body = kind === 'END' && begun?.label === label ? bodyOf(text.slice(begun.at, index)) : undefined;
    if (body !== undefined) blocks.push({ label, der: new Uint8Array(Buffer.from(body, 'base64')) });
    begun = kind === 'BEGIN' ? { label, at: index + line.length } : undefined;
  }
  return blocks;
}
/** The one block of a label. @throws MayflyError `pem-unreadable` */
export function fromPem(label: string, text: string): Uint8Array {
  const [found, ...more] = pemBlocks(text).filter((b) => b.label === label);
  if (!found || more.length > 0) throw new MayflyError('pem-unreadable', `there is not exactly one ${label} block`);
  return found.der;
}
/** Certificates of a PEM text, or the one certificate that is the file itself (DER). */
export function certificatesOf(content: Uint8Array): Uint8Array[] {
  if (content[0] === 0x30) return [content];
  return pemBlocks(Buffer.from(content).toString('latin1')).flatMap((b) => (b.label === 'CERTIFICATE' ? [b.der] : []));
}
