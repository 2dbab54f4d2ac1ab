import { relative } from 'node:path';
import { hardeningGaps, restartHardened } from '../../custody/hardening.ts';
import { serviceLog } from '../service-log.ts';
import { DEMO_HOST } from './embedded-service.ts';
import { type RunningService, startService } from './running-service.ts';
import { type ServeOptions, type ServicePlan, servicePlan } from './service-plan.ts';

/** Milliseconds within which everything is closed; after them the process ends as it is, and its keys with it. */
const PATIENCE = 20_000;

/** `mayfly serve`: the service, until it is told to stop. */
export async function serve(options: ServeOptions): Promise<number> {
  restartHardened();
  process.umask(0o077);
  // Whoever read the output may be gone: the next line would end the process.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);
  const log = serviceLog(options.json);
  for (const gap of hardeningGaps()) log.line(gap);
  const plan = await servicePlan(options);
  // From here on: a signal during the start ends what has been started.
  const signals = told();
  const service = await startService(plan, log);
  tell(options, plan, service);
  log.line(`stopping on ${await signals}`);
  const late = setTimeout(() => process.exit(1), PATIENCE);
  await service.stop();
  clearTimeout(late);
  // Whatever somebody still waits for is nobody's any more.
  process.exit(0);
}
/** Milliseconds between looks for npm. */
const LOOK = 500;

/** The first signal; the second ends the process at once. A shell of npm's that is told to end tells nobody, and leaves us behind. */
function told(): Promise<string> {
  return new Promise((resolve) => {
    const parent = process.ppid;
    if (process.env['npm_lifecycle_event'] !== undefined)
      setInterval(() => process.ppid !== parent && resolve('the end of npm'), LOOK).unref();
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        resolve(signal);
        process.once(signal, () => process.exit(1));
      });
    }
  });
}

/** As short as it can be: from here where it lies below. */
function here(path: string): string {
  const below = relative(process.cwd(), path);
  return below === '' || below.startsWith('..') ? path : below;
}
function tell(options: ServeOptions, plan: ServicePlan, running: RunningService): void {
  const { url, publicHttp, gateway, adminToken, demoToken } = running;
  const { service, embedded, config } = plan;
  if (options.json) {
    process.stdout.write(
      `${JSON.stringify({ event: 'listening', url, publicHttp, gateway, home: config.home, adminToken, demoToken })}\n`,
    );
    return;
  }
  const lines = [`Mayfly serves ${url} from ${config.home}`];
  if (publicHttp !== undefined) lines.push(`CRL and CA certificate: ${publicHttp}`);
  if (gateway !== undefined) lines.push(`RDP clients: ${gateway}`);
  if (adminToken !== undefined) lines.push(`administrator's token: ${here(adminToken)}`);
  if (embedded) {
    lines.push(
      '',
      `A demo service: lab CA, people and hosts in ${here(service.directory)}, rules in ${here(service.policy)}. In another terminal:`,
      `  npx mayfly session request ${DEMO_HOST}.${embedded.domain} --reason "trying it out"`,
      '  npx mayfly card attach SESSION --vpcd 127.0.0.1:35963    # into a PC/SC reader of vpcd, if you have one',
      '  npx mayfly session end SESSION',
      '',
      'Ctrl-C ends it.',
    );
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}
