import { type ConfigDocument, configBounds, type DocumentFault, maxDepth, type Place, pointerTo, setOwn } from './document.ts';

/** Thrown inside this file only: after a fault of JSON notation nothing behind it can be read. */
class JsonFault extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/**
 * JSON (RFC 8259) with places: `JSON.parse` reports neither the place of a value nor a key that is given twice, and quotes the
 * text it stumbles over, which may be a secret.
 */
export function readJson(text: string, maxValues: number = configBounds.values): ConfigDocument {
  const places = new Map<string, Place>();
  const faults: DocumentFault[] = [];
  let at = 0;
  let values = 0;

  function take(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    const token = pattern.exec(text)?.[0];
    if (token !== undefined) at += token.length;
    return token;
  }
  function takeChar(char: string): boolean {
    take(/[ \t\n\r]*/y);
    if (text[at] !== char) return false;
    at++;
    return true;
  }
  function expect(char: string, what: string): void {
    if (!takeChar(char)) throw new JsonFault(`expected ${what}`, at);
  }
  function readString(): string | undefined {
    const token = take(/"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y);
    if (token !== undefined) return String(JSON.parse(token));
    if (text[at] === '"') throw new JsonFault('this text is not closed, or holds a control character or an unknown escape', at);
    return undefined;
  }
  function readObject(pointer: string, depth: number): object {
    const object = {};
    const keys = new Set<string>();
    if (takeChar('}')) return object;
    do {
      take(/[ \t\n\r]*/y);
      const keyAt = at;
      const key = readString();
      if (key === undefined) throw new JsonFault('expected a key in double quotes', keyAt);
      expect(':', 'a colon behind the key');
      if (keys.has(key)) faults.push({ pointer, at: keyAt, message: 'this key is given twice', next: 'keep one of the two' });
      keys.add(key);
      setOwn(object, key, readValue(pointerTo(pointer, key), keyAt, depth + 1));
    } while (takeChar(','));
    expect('}', 'a comma or a closing brace');
    return object;
  }
  function readArray(pointer: string, depth: number): unknown[] {
    const items: unknown[] = [];
    if (takeChar(']')) return items;
    do items.push(readValue(pointerTo(pointer, items.length), undefined, depth + 1));
    while (takeChar(','));
    expect(']', 'a comma or a closing bracket');
    return items;
  }
  function readValue(pointer: string, key: number | undefined, depth: number): unknown {
    take(/[ \t\n\r]*/y);
    if (depth > maxDepth) throw new JsonFault(`nested deeper than ${maxDepth} levels`, at);
    if (++values > maxValues) throw new JsonFault(`more than ${maxValues} values`, at);
    places.set(pointer, { key, value: at });
    if (takeChar('{')) return readObject(pointer, depth);
    if (takeChar('[')) return readArray(pointer, depth);
    const string = readString();
    if (string !== undefined) return string;
    const word = take(/(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)(?![A-Za-z0-9_.+-])/y);
    if (word === undefined) throw new JsonFault('expected a JSON value', at);
    const atom: unknown = JSON.parse(word);
    return atom;
  }

  let value: unknown;
  try {
    value = readValue('', undefined, 0);
    take(/[ \t\n\r]*/y);
    if (at < text.length) throw new JsonFault('expected the end of the file', at);
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    value = undefined;
    faults.push({
      pointer: '',
      at: error.at,
      message: error.message,
      next: 'correct the JSON there; it has no comments and no trailing commas',
    });
  }
  return { text, value, places, faults };
}
