import { type ErrorCode, isAlias, isMap, isScalar, isSeq, type Pair, parseDocument, type Scalar } from 'yaml';
import { type ConfigDocument, configBounds, type DocumentFault, maxDepth, type Place, pointerTo, setOwn } from './document.ts';

/** The parser's own sentences quote the file; these do not. */
const sentences: Partial<Record<ErrorCode, readonly [message: string, next: string]>> = {
  BAD_DIRECTIVE: ['a YAML directive is malformed', 'remove the line that begins with %'],
  BAD_DQ_ESCAPE: ['unknown escape in double quotes', 'use single quotes, or write the backslash twice'],
  BAD_INDENT: ['the indentation does not fit', 'indent the entries of one mapping or list alike, with spaces'],
  BLOCK_IN_FLOW: ['a block inside { } or [ ]', 'separate the entries by commas'],
  MISSING_CHAR: ['a closing quote, bracket or comma is missing', 'add it'],
  MULTILINE_IMPLICIT_KEY: ['a key goes over several lines', 'check the quotes and the colon of this line and the one before'],
  MULTIPLE_DOCS: ['more than one YAML document', 'keep one; remove the --- between them'],
  RESOURCE_EXHAUSTION: ['nested too deep', 'flatten it'],
  TAB_AS_INDENT: ['a tab in the indentation', 'indent with spaces'],
  BAD_COLLECTION_TYPE: ['a YAML tag', 'remove it'],
  TAG_RESOLVE_FAILED: ['a YAML tag', 'remove it'],
};
/** RFC 8259 6: what YAML 1.1, YAML 1.2 and JSON all read as the same number. */
const plainNumber = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
const maxAliases = 100;

/** YAML 1.2 core schema without tags, merge keys and directives; aliases bounded in number and in what they unfold to. */
export function readYaml(text: string, maxValues: number = configBounds.values): ConfigDocument {
  const places = new Map<string, Place>();
  const faults: DocumentFault[] = [];
  const fault = (pointer: string, at: number, message: string, next: string): undefined => {
    faults.push({ pointer, at, message, next });
  };
  const anchors = new Map<string, unknown>();
  const open = new Set<unknown>();
  let aliases = 0;
  let values = 0;

  function readMap(pairs: readonly Pair[], pointer: string, at: number): object {
    const object = {};
    const firstAt = new Set<string>();
    for (const { key, value } of pairs) {
      const keyAt = startOf(key) ?? at;
      if (!isScalar(key) || typeof key.value !== 'string') {
        fault(pointer, keyAt, 'expected a key that is text', 'put the key in quotes, or remove it');
        continue;
      }
      if (isTagged(key)) fault(pointer, keyAt, 'a YAML tag', 'remove it');
      if (firstAt.has(key.value)) fault(pointer, keyAt, 'this key is given twice', 'keep one of the two');
      firstAt.add(key.value);
      if (key.value === '<<' && key.type === 'PLAIN') fault(pointer, keyAt, 'merge keys are not read', 'write the settings out');
      const below = pointerTo(pointer, key.value);
      // A key without a value has no node: it lies where its key does.
      setOwn(object, key.value, readNode(value, below, startOf(value) ?? keyAt, keyAt));
    }
    return object;
  }
  function readAlias(name: string, pointer: string, at: number, key: number | undefined): unknown {
    const target = anchors.get(name);
    if (++aliases > maxAliases) {
      return aliases === maxAliases + 1
        ? fault(pointer, at, `more than ${maxAliases} aliases`, 'write the settings out')
        : undefined;
    }
    if (target === undefined)
      return fault(pointer, at, 'an alias without an anchor before it', 'define the anchor first, or quote the *');
    if (open.has(target)) return fault(pointer, at, 'an alias that contains itself', 'write the settings out');
    return readNode(target, pointer, at, key);
  }
  function readScalar(node: Scalar, pointer: string, at: number): unknown {
    if (typeof node.value === 'number' && !plainNumber.test(node.source ?? '')) {
      fault(
        pointer,
        at,
        'a number that YAML versions read differently',
        'write it in decimal without leading zeros, or in quotes',
      );
    }
    return node.value;
  }
  function readNode(node: unknown, pointer: string, at: number, key: number | undefined): unknown {
    if (++values > maxValues) return undefined;
    places.set(pointer, { key, value: at });
    if (node === null || node === undefined) return null;
    if (isAlias(node)) return readAlias(node.source, pointer, at, key);
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return null;
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
    if (isTagged(node)) fault(pointer, at, 'a YAML tag', 'remove it');
    if (isScalar(node)) return readScalar(node, pointer, at);
    if (open.size >= maxDepth) return fault(pointer, at, `nested deeper than ${maxDepth} levels`, 'flatten it');
    open.add(node);
    const value = isMap(node)
      ? readMap(node.items, pointer, at)
      : node.items.map((item, i) => readNode(item, pointerTo(pointer, i), startOf(item) ?? at, undefined));
    open.delete(node);
    return value;
  }

  let value: unknown;
  try {
    const document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      merge: false,
      resolveKnownTags: false,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'error', // 'silent' would drop a second document without a word
    });
    for (const { code, pos } of document.errors) {
      fault(
        '',
        pos[0],
        ...(sentences[code] ?? ['this is not YAML', 'correct it; quote text that holds : # { } [ ] & * ! | > % or @']),
      );
    }
    const { directives } = document;
    if (directives?.yaml.explicit || Object.keys(directives?.tags ?? {}).length > 1) {
      fault('', 0, 'a YAML directive', 'remove the line that begins with %');
    }
    // After a fault of notation the parser guesses; what it guessed is not worth checking.
    if (faults.length === 0) value = readNode(document.contents, '', startOf(document.contents) ?? 0, undefined);
    if (values > maxValues) {
      value = undefined;
      fault('', 0, `more than ${maxValues} values`, 'remove what is too much');
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    fault('', 0, 'nested too deep', 'flatten it');
  }
  return { text, value, places, faults };
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined;
}
function isTagged(node: { readonly tag?: string | undefined }): boolean {
  return node.tag !== undefined;
}
