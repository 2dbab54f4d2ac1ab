/** What the system calls what went wrong, `ECONNREFUSED`. Where several addresses of one name were tried, the first says it. */
export function systemCode(cause: unknown): string | undefined {
  if (cause instanceof AggregateError) return systemCode(cause.errors[0]);
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}
