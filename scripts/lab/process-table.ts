import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessEntry {
  readonly pid: number;
  readonly group: number;
  readonly name: string;
}

/**
 * The processes that still run, by proc(5) `stat`. Dead ones that nobody has waited for (state Z) do not count: in a PID
 * namespace of their own they go with its first process.
 */
export function runningProcesses(): ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => entry(Number(name)))
    .filter((found) => found !== undefined);
}

function entry(pid: number): ProcessEntry | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined; // it ended between the listing and here
  }
  // the command stands in parentheses and may hold spaces and parentheses itself
  const close = stat.lastIndexOf(')');
  const [state, , group] = stat.slice(close + 2).split(' ');
  return state === 'Z' || state === 'X'
    ? undefined
    : { pid, group: Number(group), name: stat.slice(stat.indexOf('(') + 1, close) };
}
