/**
 * UTF-16LE, one character of the string for one code unit, so that what is not well-formed comes back as it was. What is to be
 * shown or compared is judged by whoever does that.
 */
export function textOf(octets: Uint8Array): string {
  let text = '';
  for (let i = 0; i + 1 < octets.length; i += 2) text += String.fromCharCode((octets[i] ?? 0) | ((octets[i + 1] ?? 0) << 8));
  return text;
}
export function octetsOf(text: string): Uint8Array {
  const out = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    out[i * 2] = unit & 0xff;
    out[i * 2 + 1] = unit >> 8;
  }
  return out;
}
/** The text up to the first NUL. */
export function terminatedText(octets: Uint8Array): string {
  const text = textOf(octets);
  const end = text.indexOf('\0');
  return end === -1 ? text : text.slice(0, end);
}
/** With the NUL behind it. */
export const terminatedOctets = (text: string): Uint8Array => octetsOf(`${text}\0`);
