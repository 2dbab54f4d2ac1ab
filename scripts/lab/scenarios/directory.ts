import { directoryAccounts } from '../directory-accounts.ts';
import { directoryConnections } from '../directory-connections.ts';
import { directoryService } from '../directory-service.ts';
import { startForest } from '../forest.ts';
import type { LabRun } from '../lab-run.ts';
import { publication } from '../publication.ts';
import { publicationByLdif } from '../publication-by-ldif.ts';
import type { Scenario } from '../scenario.ts';

export const directory: Scenario = {
  name: 'directory',
  summary: 'a CA is published in a Samba AD forest and taken back, accounts are read from it, a revoked card is refused',
  run,
};

async function run(lab: LabRun): Promise<void> {
  const forest = await startForest(lab);
  await directoryAccounts(lab, forest);
  await directoryConnections(lab, forest);
  await publication(lab, forest);
  await directoryService(lab, forest);
  await publicationByLdif(lab, forest);
}
