/** One rule as it stands in its file. */
export interface RuleText {
  readonly file: string;
  /** Without what stands before it; ends with its semicolon. */
  readonly text: string;
  readonly line: number;
  readonly column: number;
  /** Why the engine must not see it. */
  readonly refused: string | undefined;
}

/** Of one rule, in UTF-16 units. */
const MOST_LENGTH = 64 * 1024;
/**
 * How deep a rule may be. The engine works by recursion on a stack of 1 MiB and an overflow ends it for the whole process: it survives
 * about 100 nested records or 300 links of a chain (measured), together these are three quarters of that.
 */
const MOST_NESTED = 24;
const MOST_LINKS = 160;

/** The tokens of Cedar that matter here: a comment ends with its line, also where that ends in a carriage return. */
const token = /\/\/[^\n\r]*|"(?:\\[\s\S]|[^"\\])*(?:"|\\?$)|&&|\|\||[A-Za-z_]\w*|\s+|[\s\S]/gy;
const links = new Set(['&&', '||', '+', '-', '*', '!', '.', '[', 'if', 'when', 'unless']);
const isTrivia = (text: string) => text.startsWith('//') || /^\s/.test(text);
const isOpenText = (text: string) => text.startsWith('"') && !/^"(?:\\[\s\S]|[^"\\])*"$/.test(text);

/** Line and column, both from 1; columns count UTF-16 units, as editors do. */
interface Place {
  readonly line: number;
  readonly column: number;
}
function after(text: string, { line, column }: Place = { line: 1, column: 1 }): Place {
  const lines = text.split(/\r\n|\n|\r/);
  const last = (lines.at(-1) ?? '').length;
  return lines.length === 1 ? { line, column: column + last } : { line: line + lines.length - 1, column: last + 1 };
}
/** Schemas are read by recursion, too; brackets inside their texts count, which refuses none that anybody writes. */
export function isNestedTooDeep(schema: string): boolean {
  let depth = 0;
  for (const [bracket] of schema.matchAll(/[<>[\](){}]/g)) {
    depth += '<[({'.includes(bracket) ? 1 : -1;
    if (MOST_NESTED < depth) return true;
  }
  return false;
}

/** The place in the file of an octet (UTF-8, as the engine counts) of the rule. */
export const placeInRule = (rule: RuleText, octet: number): Place =>
  after(new TextDecoder().decode(new TextEncoder().encode(rule.text).subarray(0, octet)), rule);

/** What one rule comes to while its tokens pass. */
class Shape {
  #depth = 0;
  #deepest = 0;
  #links = 0;
  #isOpen = false;
  add(word: string): void {
    if (links.has(word)) this.#links++;
    if (/^[([{]$/.test(word)) this.#deepest = Math.max(this.#deepest, ++this.#depth);
    if (/^[)\]}]$/.test(word)) this.#depth--;
    if (isOpenText(word)) this.#isOpen = true;
  }
  refused(length: number): string | undefined {
    if (this.#isOpen) return 'a text in double quotes is not closed';
    if (length > MOST_LENGTH) return `the rule is longer than ${MOST_LENGTH} characters`;
    if (this.#deepest > MOST_NESTED) return `brackets are nested deeper than ${MOST_NESTED}`;
    if (this.#links <= MOST_LINKS) return undefined;
    return `the rule has more than ${MOST_LINKS} operators and attributes: split it, or use a set`;
  }
}

/** Cuts a file into its rules; what is no rule comes back as one, for the engine to say why it is none. */
export function ruleTexts(file: string, text: string): readonly RuleText[] {
  const found: RuleText[] = [];
  let place: Place = { line: 1, column: 1 };
  let at = 0;
  let open: { readonly from: number; readonly place: Place; readonly shape: Shape } | undefined;
  const cut = () => {
    if (open) found.push({ file, text: text.slice(open.from, at), ...open.place, refused: open.shape.refused(at - open.from) });
    open = undefined;
  };
  for (const [word] of text.matchAll(token)) {
    if (!isTrivia(word)) {
      open ??= { from: at, place, shape: new Shape() };
      open.shape.add(word);
    }
    at += word.length;
    place = after(word, place);
    if (word === ';') cut();
  }
  cut();
  return found;
}
