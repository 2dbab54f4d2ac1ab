import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeFile, makeFolder } from '../../ca/atomic-file.ts';
import { createCa } from '../../ca/create-ca.ts';
import { defaultRules } from '../../policy/default-rules.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { clock } from '../clock.ts';
import { chooseCa, planOf, withNewPassphrase } from './chosen-ca.ts';
import type { ServicePlan } from './service-plan.ts';

/** Made-up people of a made-up domain; alice is the one of the examples. */
const SID = 'S-1-5-21-1004336348-1177238915-682003330';
export const DEMO_PERSON = 'alice';
export const DEMO_HOST = 'desk1';

const directoryText = (
  domain: string,
) => `# Who and what there is. Read again when it changes; while a fault is in it, what it said before holds.
groups:
  - { name: Desktop Users, sid: ${SID}-1201 }
accounts:
  - { name: ${DEMO_PERSON}, userPrincipalName: ${DEMO_PERSON}@${domain}, sid: ${SID}-1105, memberOf: [Desktop Users] }
hosts:
  - { name: ${DEMO_HOST}.${domain}, labels: { access: self } }
`;

/**
 * What a service without a configuration starts with: a lab CA, one account, one host, the default rules. What is there already stays
 * as it is.
 * @throws MayflyError `ca-…`, `file-write`, `service-plan`
 */
export async function prepareEmbedded({ config, service, folder }: ServicePlan, domain: string): Promise<void> {
  const chosen = await chooseCa({ ca: service.ca, args: [] });
  if (await chosen.folder.exists()) {
    const { domains } = await chosen.folder.readSettings();
    if (!domains.includes(domain))
      throw new MayflyError('service-plan', `the lab CA in ${config.home} was made for ${domains.join(', ')}`, {
        next: `leave out --domain, or start with another data folder (MAYFLY_HOME)`,
      });
  } else {
    const options = { ca: service.ca, args: [], sid: 'extension', ekuConstraint: true, lab: true, domain: [domain] } as const;
    // A port that is chosen at each start is no address for a certificate.
    const crlUrl = service.publicHttp?.endsWith(':0') === false ? `http://${service.publicHttp}` : undefined;
    await withNewPassphrase(chosen, options, (passphrase) =>
      createCa(chosen.folder, { ...planOf(options), crlUrl }, passphrase, clock),
    );
  }
  await makeFolder(folder);
  await makeFile(service.directory, directoryText(domain));
  // A folder that its owner has emptied stays so.
  if (!existsSync(service.policy)) {
    await makeFolder(service.policy);
    await makeFile(join(service.policy, 'default.cedar'), defaultRules);
  }
}
