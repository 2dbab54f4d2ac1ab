/** What a directory calls its computers and accounts, their owners may have written: it is shown, and steers no terminal. */
export const shown = (line: string): string => line.replace(/(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, '\u{fffd}');
/** One result, for people as `label  value` lines or for programs as one JSON object. */
export function print(json: boolean | undefined, value: Readonly<Record<string, unknown>>, lines: readonly string[]): void {
  process.stdout.write(json ? `${JSON.stringify({ ok: true, ...value })}\n` : `${lines.map(shown).join('\n')}\n`);
}
export function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}`);
}
