import { policySchema } from '../../policy/schema.ts';

/** `mayfly policy schema` */
export async function printSchema({ json }: { readonly json?: boolean }): Promise<number> {
  process.stdout.write(json ? `${JSON.stringify({ ok: true, schema: policySchema })}\n` : policySchema);
  return 0;
}
