/** What is said between custody and the process of a P-256 key. The scalar never is. */
export interface EcRequest {
  readonly id: number;
  readonly digest: Uint8Array;
}
export type EcAnswer =
  /** Uncompressed point, SEC 1 2.3.3; the first thing the process says. */
  | { readonly publicPoint: Uint8Array }
  /** ECDSA-Sig-Value, DER. */
  | { readonly id: number; readonly signature: Uint8Array }
  | { readonly id: number; readonly fault: string };
