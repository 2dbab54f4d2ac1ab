/** Milliseconds of processor that this process spends on `work`: unlike the clock on the wall, no other process adds to them. */
export async function cpuTime(work: () => unknown): Promise<number> {
  const began = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}
