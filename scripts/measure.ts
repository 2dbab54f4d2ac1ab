/** One thing that is measured beside others. */
export interface Arm {
  readonly name: string;
  /** How many times in all; slow peers are run less often. */
  readonly runs: number;
  readonly work: () => unknown;
}
export interface Measured {
  readonly name: string;
  readonly median: number;
  readonly least: number;
  readonly runs: number;
}

/** Runs all arms in one process, round by round in an order that changes, so that what the machine does to one it does to all. */
export async function measure(arms: readonly Arm[]): Promise<Measured[]> {
  const times = new Map<Arm, number[]>(arms.map((arm) => [arm, []]));
  const rounds = Math.max(...arms.map(({ runs }) => runs));
  // As often as it is measured, so that neither a cold compiler nor a cold cache is.
  for (const arm of arms) for (let i = 0; i < arm.runs; i++) await arm.work();
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < arms.length; i++) {
      const arm = arms[(i + round) % arms.length];
      if (!arm || arm.runs * (round + 1) < rounds * ((times.get(arm)?.length ?? 0) + 1)) continue;
      const began = performance.now();
      await arm.work();
      times.get(arm)?.push(performance.now() - began);
    }
  }
  return arms.map((arm) => {
    const sorted = (times.get(arm) ?? []).toSorted((a, b) => a - b);
    return {
      name: arm.name,
      median: sorted[sorted.length >> 1] ?? Number.NaN,
      least: sorted[0] ?? Number.NaN,
      runs: sorted.length,
    };
  });
}
/** A table with every arm's ratio to the floor, which is the first and may come again; `targets` by name. */
export function report(title: string, measured: readonly Measured[], targets: Readonly<Record<string, number>> = {}): void {
  let [floor] = measured;
  const width = Math.max(...measured.map(({ name }) => name.length));
  console.log(`\n${title}\n${''.padEnd(width)}  median ms    min ms     ratio  runs`);
  for (const arm of measured) {
    const { name, median, least, runs } = arm;
    if (name === floor?.name) floor = arm;
    const ratio = median / (floor?.median ?? Number.NaN);
    const target = targets[name];
    const verdict = target === undefined ? '' : `  target ${target} ${ratio <= target ? 'met' : 'MISSED'}`;
    const cells = [
      median.toFixed(3).padStart(9),
      least.toFixed(3).padStart(9),
      ratio.toFixed(2).padStart(9),
      String(runs).padStart(5),
    ];
    console.log(`${name.padEnd(width)} ${cells.join(' ')}${verdict}`);
  }
}
