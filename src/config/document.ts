/** A file's content as plain JSON values, with the place of each. */
export interface ConfigDocument {
  readonly text: string;
  readonly value: unknown;
  /** By JSON pointer (RFC 6901): where the value begins and, inside a mapping, its key. Offsets into `text`. */
  readonly places: ReadonlyMap<string, Place>;
  readonly faults: readonly DocumentFault[];
}
export interface Place {
  readonly key: number | undefined;
  readonly value: number;
}
/** A fault of notation, found before any schema is asked. */
export interface DocumentFault {
  readonly pointer: string;
  readonly at: number;
  readonly message: string;
  readonly next: string;
}
/** Deeper nesting than any setting has; bounds recursion. */
export const maxDepth = 32;
/** How much of a file is read. */
export interface DocumentBounds {
  readonly octets: number;
  readonly values: number;
}
/** More than any configuration has. */
export const configBounds: DocumentBounds = { octets: 1 << 20, values: 20_000 };

/** One step of a JSON pointer (RFC 6901 3). */
export function pointerTo(parent: string, step: string | number): string {
  return `${parent}/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
export function pointerSteps(pointer: string): string[] {
  return pointer === ''
    ? []
    : pointer
        .slice(1)
        .split('/')
        .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What lies at a pointer's end; own properties only. */
export function valueAt(value: unknown, steps: readonly string[]): unknown {
  let here = value;
  for (const step of steps) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = Object.getOwnPropertyDescriptor(here, step)?.value;
  }
  return here;
}

/** Line and column, both from 1; columns count UTF-16 units, as editors do. */
export function lineAndColumn(text: string, offset: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf('\n'); end !== -1 && end < offset; end = text.indexOf('\n', start)) {
    line++;
    start = end + 1;
  }
  return { line, column: Math.min(offset, text.length) - start + 1 };
}

/** Sets an own property under any name: `__proto__` by assignment would change the prototype. */
export function setOwn(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}
