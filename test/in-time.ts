/** Below a test's own limit, so that what was waited for is named and what stands behind the wait is still cleared away. Milliseconds. */
const LIMIT = 60_000;

/** What comes of `work`; an error that names `what` where nothing has come by then. */
export async function inTime<T>(work: Promise<T>, what: string, limit: number = LIMIT): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${limit} ms in vain for ${what}`)), limit);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
