import { MayflyError } from '../../wire/mayfly-error.ts';
import { describeFailure } from '../failure.ts';
import { print } from '../print.ts';
import type { AdOptions } from './ad-forests.ts';
import { existingCa } from './chosen-ca.ts';
import { crlPublication } from './crl-publication.ts';

interface CrlOptions extends AdOptions {
  readonly follow?: boolean;
}
/** Milliseconds between two looks at the CRL. */
const LOOK = 5000;
const say = (line: string) => process.stderr.write(`${new Date().toISOString()} ${line}\n`);

/** `mayfly ad crl`: publishes the CRL once, or keeps it published until it is told to stop. */
export async function adCrl(options: CrlOptions): Promise<number> {
  const chosen = await existingCa(options);
  const published: string[] = [];
  const failed: unknown[] = [];
  const publication = await crlPublication(
    chosen.config,
    chosen,
    {
      published: (forest, name) => {
        published.push(name);
        if (options.follow) say(`published in ${forest}: ${name}`);
      },
      failed: (forest, error, retryIn) => {
        failed.push(error);
        if (options.follow) say(`not published in ${forest}: ${describeFailure(error).message}; again in ${retryIn} s`);
      },
      alarm: (forest, left) => say(`ALARM: the CRL in ${forest} ends in ${Math.floor(left / 3600)} hours`),
    },
    options,
  );
  try {
    if (options.follow) return await follow(() => publication.tick());
    await publication.tick();
    const [cause] = failed;
    if (cause instanceof Error) throw cause;
    if (cause !== undefined) throw new MayflyError('crl-not-published', 'the CRL is not published', { cause });
    print(options.json, { published }, published.length === 0 ? ['no change'] : published.map((name) => `published: ${name}`));
    return 0;
  } finally {
    publication.close();
  }
}
async function follow(tick: () => Promise<void>): Promise<number> {
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  await tick();
  process.stdout.write('publishing\n');
  const timer = setInterval(() => void tick(), LOOK);
  await stopped;
  clearInterval(timer);
  return 0;
}
