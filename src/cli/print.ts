/** One result, for people as `label  value` lines or for programs as one JSON object. */
export function print(json: boolean | undefined, value: Readonly<Record<string, unknown>>, lines: readonly string[]): void {
  process.stdout.write(json ? `${JSON.stringify({ ok: true, ...value })}\n` : `${lines.join('\n')}\n`);
}
export function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}`);
}
