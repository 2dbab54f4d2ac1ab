import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Language, type Node, Parser } from 'web-tree-sitter';

export const FOLDER = join(import.meta.dirname, '../../scripts/windows');
const GRAMMAR = createRequire(import.meta.url).resolve('tree-sitter-powershell/tree-sitter-powershell.wasm');

await Parser.init();
const parser = new Parser().setLanguage(await Language.load(GRAMMAR));

export function parse(text: string): Node {
  const tree = parser.parse(text);
  if (!tree) throw new Error('the parser gave up');
  return tree.rootNode;
}
export interface Script {
  readonly name: string;
  readonly octets: Buffer;
  readonly root: Node;
}
export const scripts: readonly Script[] = readdirSync(FOLDER)
  .filter((name) => /\.psm?1$/.test(name))
  .map((name) => {
    const octets = readFileSync(join(FOLDER, name));
    return { name, octets, root: parse(octets.toString('latin1')) };
  });
export function scriptNamed(name: string): Node {
  const found = scripts.find((script) => script.name === name);
  if (!found) throw new Error(`there is no ${name}`);
  return found.root;
}

export const all = (node: Node, ...types: readonly string[]): Node[] =>
  node.descendantsOfType([...types]).filter((each) => each !== null);
/** Climbs to the nearest node of a type. */
export function above(node: Node, type: string): Node | undefined {
  let at = node.parent;
  while (at && at.type !== type) at = at.parent;
  return at ?? undefined;
}
/** What a string says; in an expandable one `$name` and `$(…)` stay as they are written. */
export function textOf(literal: Node): string {
  const inside = literal.text.slice(1, -1);
  return literal.text.startsWith("'") ? inside.replaceAll("''", "'") : inside.replaceAll('""', '"');
}
export const strings = (node: Node): string[] => all(node, 'string_literal').map(textOf);

export interface Command {
  readonly node: Node;
  readonly name: string;
  /** By parameter, in lower case: what stands behind it, as nodes; none behind a switch. */
  readonly given: ReadonlyMap<string, readonly Node[]>;
  /** Arguments without a parameter in front of them. */
  readonly positional: readonly Node[];
}
const isArgument = ({ type }: Node) => type !== 'command_argument_sep' && type !== 'comment';

function commandOf(node: Node): Command | undefined {
  const named = node.childForFieldName('command_name');
  if (!named || node.children.some((child) => child?.type === 'command_invokation_operator')) return undefined;
  const given = new Map<string, Node[]>();
  const positional: Node[] = [];
  let behind: Node[] | undefined;
  for (const element of node.childForFieldName('command_elements')?.namedChildren ?? []) {
    if (!element || !isArgument(element)) continue;
    if (element.type === 'command_parameter') {
      behind = [];
      given.set(element.text.slice(1).replace(/:$/, '').toLowerCase(), behind);
    } else if (behind?.length === 0) behind.push(element);
    else positional.push(element);
  }
  return { node, name: named.text, given, positional };
}
export const commands = (node: Node): Command[] => all(node, 'command').flatMap((each) => commandOf(each) ?? []);

export interface ScriptFunction {
  readonly name: string;
  readonly node: Node;
  readonly parameters: readonly Parameter[];
  readonly help: string | undefined;
}
export interface Parameter {
  readonly name: string;
  readonly mandatory: boolean;
}
export function parametersOf(node: Node | null | undefined): Parameter[] {
  return all(node ?? parse(''), 'script_parameter').map((each) => ({
    name: each.namedChildren.find((child) => child?.type === 'variable')?.text.slice(1) ?? '',
    mandatory: /\bMandatory\b/.test(each.text),
  }));
}
/** Functions of a script; a script block has parameters of its own. */
export const functions = (root: Node): ScriptFunction[] =>
  all(root, 'function_statement').map((node) => {
    const body = node.children.find((child) => child?.type === 'script_block');
    const block = body?.namedChildren.find((child) => child?.type === 'param_block');
    return {
      name: node.children.find((child) => child?.type === 'function_name')?.text ?? '',
      node,
      parameters: parametersOf(block),
      help: all(node, 'comment').find(({ text }) => text.startsWith('<#'))?.text,
    };
  });
/** The entries of `@{ … }`: by key, the node of the value. */
export function entriesOf(hash: Node): ReadonlyMap<string, Node> {
  const body = hash.namedChildren.find((child) => child?.type === 'hash_literal_body');
  const entries = body?.namedChildren.filter((child) => child?.type === 'hash_entry') ?? [];
  return new Map(
    entries.flatMap((entry): [string, Node][] => {
      const key = entry?.namedChildren[0];
      const value = entry?.namedChildren.at(-1);
      return key && value ? [[key.text.replace(/^['"]|['"]$/g, ''), value]] : [];
    }),
  );
}
