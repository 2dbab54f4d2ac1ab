import { type ConfigDocument, type DocumentFault, lineAndColumn } from './document.ts';
import type { Fault } from './fault.ts';
import type { SchemaNode } from './schema-node.ts';
import { knownPath } from './settings.ts';

const maxFaults = 100;

/** In the file's order; more than a hundred help nobody. */
export function placed(
  faults: readonly DocumentFault[],
  { text }: Pick<ConfigDocument, 'text'>,
  file: string,
  root: SchemaNode,
): Fault[] {
  const shown = faults.toSorted((a, b) => a.at - b.at).slice(0, maxFaults);
  const lines: Fault[] = shown.map(({ pointer, at, message, next }) => {
    return { path: knownPath(pointer, root), file, ...lineAndColumn(text, at), message, next };
  });
  const left = faults.length - shown.length;
  if (left > 0)
    lines.push({
      path: '',
      file,
      line: undefined,
      column: undefined,
      message: `${left} more faults`,
      next: 'correct these first',
    });
  return lines;
}
