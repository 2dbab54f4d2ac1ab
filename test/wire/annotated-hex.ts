/** Bytes from hex as vectors write it: `//` starts a comment, white space is free. */
export function bytes(annotated: string): Uint8Array {
  const digits = annotated.replace(/\/\/.*$/gm, '').replace(/\s/g, '');
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(digits)) throw new Error(`not hex: ${digits}`);
  return new Uint8Array(Buffer.from(digits, 'hex'));
}
export const hex = (b: Uint8Array): string => Buffer.from(b.buffer, b.byteOffset, b.byteLength).toString('hex');
