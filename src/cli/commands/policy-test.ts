import { readSchemaDocument } from '../../config/schema-document.ts';
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
  const file = await readSchemaDocument<CaseFile>(options.args[0] ?? '', kind);
  const { read, bounds, directoryAt, close } = await decisionSources(options);
  const context = { rules: read.rules, bounds, directoryAt };
  const results: CaseResult[] = [];
  try {
    for (const each of file.cases) results.push(await runCase(each, file, context));
  } finally {
    close();
  }
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
