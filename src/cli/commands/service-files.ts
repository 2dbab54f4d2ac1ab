import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StaticDirectoryPort } from '../../directory/static-directory.ts';
import { parseRules, type Rules } from '../../policy/rules.ts';
import { policySchema } from '../../policy/schema.ts';
import type { Directory } from '../../session/ports.ts';
import type { Store } from '../../store/store.ts';
import { clock } from '../clock.ts';
import type { Alarms } from './service-alarms.ts';
import type { ServicePlan } from './service-plan.ts';

export interface ServiceFiles {
  readonly directory: Directory;
  readonly rules: () => Rules;
  readonly close: () => Promise<void>;
}
/** The directory as its file is now. @throws MayflyError `directory-file` */
export async function staticDirectory(path: string): Promise<Directory> {
  const directory = new StaticDirectoryPort(path);
  await directory.hosts();
  return directory;
}
export async function serviceFiles({ service }: ServicePlan, store: Store, _alarms: Alarms): Promise<ServiceFiles> {
  const directory = await staticDirectory(service.directory);
  const names = (await readdir(service.policy)).filter((name) => name.endsWith('.cedar')).sort();
  const files = await Promise.all(
    names.map(async (name) => ({ name, text: await readFile(join(service.policy, name), 'utf8') })),
  );
  const rules = parseRules(files, policySchema);
  await store.commit({ entries: [{ event: 'policy-loaded', at: clock(), digest: rules.digest, files: names }] });
  return { directory, rules: () => rules, close: async () => undefined };
}
