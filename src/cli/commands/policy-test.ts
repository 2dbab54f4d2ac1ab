import { readSchemaDocument } from '../../config/schema-document.ts';
import { StaticDirectoryPort } from '../../directory/static-directory-port.ts';
import { type CaseFile, caseFaults, casesBounds, casesSchema } from '../policy-case.ts';
import { type CaseResult, runCase } from '../run-case.ts';
import { type DecisionOptions, decisionSources } from './decision-sources.ts';

const kind = {
  code: 'policy-cases',
  called: 'the file of cases',
  check: 'correct the file',
  schema: casesSchema,
  bounds: casesBounds,
  faultsOf: caseFaults,
};

/** `mayfly policy test CASES` @returns 1 when a case does not come out as it expects */
export async function policyTest(options: DecisionOptions): Promise<number> {
  const { read, directory, bounds } = await decisionSources(options);
  const file = await readSchemaDocument<CaseFile>(options.args[0] ?? '', kind);
  const context = {
    rules: read.rules,
    bounds,
    directoryAt: (clock: () => number) => new StaticDirectoryPort(() => directory, clock),
  };
  const results: CaseResult[] = [];
  for (const each of file.cases) results.push(await runCase(each, file, context));
  const failed = results.filter(({ ok }) => !ok);
  const ok = failed.length === 0;
  const lines = failed.flatMap(({ name, differences }) => differences.map((difference) => `${name}: ${difference}`));
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ ok, cases: results })}\n`
      : `${[...lines, `${results.length} cases, ${failed.length} failed`].join('\n')}\n`,
  );
  return ok ? 0 : 1;
}
