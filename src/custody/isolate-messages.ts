import type { CardKeyKind } from './card-key.ts';

/** Kinds that an isolate can make: RSA keys, which node:crypto uses without anybody seeing them. */
export type IsolateKeyKind = Exclude<CardKeyKind, 'p-256'>;

/** To the isolate. `id` comes back in the answer; that of `generate` names the key from then on. */
export type IsolateRequest =
  | { readonly id: number; readonly ask: 'generate'; readonly kind: IsolateKeyKind }
  | { readonly id: number; readonly ask: 'operate'; readonly key: number; readonly input: Uint8Array<ArrayBuffer> }
  | { readonly id: number; readonly ask: 'destroy'; readonly key: number };

/** From the isolate: a SubjectPublicKeyInfo, the result of an operation, nothing for `destroy`, or why it cannot be. */
export type IsolateAnswer =
  | { readonly id: number; readonly output: Uint8Array<ArrayBuffer> | undefined }
  | { readonly id: number; readonly fault: string };
