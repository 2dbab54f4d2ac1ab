/**
 * The one error of Mayfly. What a protocol or a policy says (a status word, a KRB-ERROR, a refusal) is a returned value;
 * everything else that stops the work is thrown as this.
 */
export class MayflyError extends Error {
  override readonly name: string = 'MayflyError';
  /** Stable and literal, for programs: `ca-passphrase`, `config-invalid`. */
  readonly code: string;
  /** What the reader can do about it, one clause; shown behind the message. */
  readonly next: string | undefined;
  /** @param message one lower-case clause without full stop, free of secrets */
  constructor(code: string, message: string, options: { readonly cause?: unknown; readonly next?: string } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.next = options.next;
  }
}
