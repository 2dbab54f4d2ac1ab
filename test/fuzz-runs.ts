/** How many cases a fuzz test tries: few in `npm test`, 200,000 in `npm run fuzz`. */
export const fuzzRuns: number = Number(process.env['MAYFLY_FUZZ_RUNS'] ?? 2_000);

const SECOND = 1_000;

/**
 * Wraps a property's predicate so that a long run shows where it is: a line to standard error every five seconds.
 * `fc.assert(fc.property(arbitrary, fuzzed('der', (bytes) => { … })), { numRuns: fuzzRuns })`.
 */
export function fuzzed<Values extends readonly unknown[], Result>(
  name: string,
  predicate: (...values: Values) => Result,
): (...values: Values) => Result {
  let runs = 0;
  let shown = Date.now();
  return (...values) => {
    runs += 1;
    if (Date.now() - shown > 5 * SECOND) {
      shown = Date.now();
      process.stderr.write(`fuzz ${name}: ${runs} of ${fuzzRuns}\n`);
    }
    return predicate(...values);
  };
}
