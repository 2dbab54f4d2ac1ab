import { createHmac, createPrivateKey, type JsonWebKey, type KeyObject, sign } from 'node:crypto';

const base64url = (text: string | Uint8Array) => Buffer.from(text).toString('base64url');
/** Signs what stands before the second dot. */
export type Signer = (input: Buffer) => Uint8Array;

export const privateKeyOf = (jwk: object): KeyObject => createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' });
export const rs256 =
  (jwk: object): Signer =>
  (input) =>
    sign('sha256', input, privateKeyOf(jwk));
export const hs256 =
  (secret: string | Uint8Array): Signer =>
  (input) =>
    createHmac('sha256', secret).update(input).digest();
export const unsigned: Signer = () => new Uint8Array();

/** A JWS of any header and payload, JSON or not: no library would make most of those that are needed here. */
export function rawJws(header: string | object, payload: string | object, signer: Signer): string {
  const text = (part: string | object) => (typeof part === 'string' ? part : JSON.stringify(part));
  const input = `${base64url(text(header))}.${base64url(text(payload))}`;
  return `${input}.${base64url(signer(Buffer.from(input)))}`;
}
