import { decode } from '../wire/codec.ts';
import { ecdsaSigValue } from './ecdsa-sig-value.ts';
import type { Signer } from './signature-algorithm.ts';

function webSignature(signature: Uint8Array, coordinate: number): Uint8Array {
  const { r, s } = decode(ecdsaSigValue, signature);
  const both = new Uint8Array(coordinate * 2);
  both.set(r, coordinate - r.length);
  both.set(s, coordinate * 2 - s.length);
  return both;
}
/**
 * Lets `@peculiar/x509` sign through the one signing port: a CryptoKey that names the algorithm and holds nothing, and a
 * Crypto whose only skills are to ask the port and to tell the public key. The CA's key never becomes a CryptoKey, a PEM text or a JWK.
 */
export function librarySigner(signer: Signer): { readonly key: CryptoKey; readonly crypto: Crypto } {
  const { web } = signer.algorithm;
  const coordinate = web.namedCurve === 'P-384' ? 48 : 32;
  const sign = async (_algorithm: unknown, _key: unknown, tbs: ArrayBuffer): Promise<ArrayBuffer> => {
    const signature = await signer.sign(new Uint8Array(tbs));
    return new Uint8Array(web.namedCurve ? webSignature(signature, coordinate) : signature).buffer;
  };
  const exportKey = (): Promise<ArrayBuffer> => Promise.resolve(new Uint8Array(signer.publicKey).buffer);
  const key = { type: 'private', extractable: false, usages: ['sign'], algorithm: { ...web, hash: { name: web.hash } } };
  return { key: key as unknown as CryptoKey, crypto: { subtle: { sign, exportKey } } as unknown as Crypto };
}
