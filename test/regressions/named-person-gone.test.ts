import { beforeAll, expect, it } from 'vitest';
import { StaticDirectory } from '../../src/directory/static-directory.ts';
import type { SessionRequest } from '../../src/session/decide.ts';
import { namedPerson } from '../../src/session/named-person.ts';
import { caller, directoryFile, type Issuing, madeIssuing, madeSessions, requestOf, rulesOf } from '../session/made-sessions.ts';

let issuing: Issuing;
beforeAll(async () => {
  issuing = await madeIssuing();
});
const refused = { code: 'session-refused' };

/** Whom a launcher names was looked up once, whether they could log on or not: leavers went on getting cards of shared accounts. */
it('a person whom a launcher names is somebody who may log on, in the groups of this moment', async () => {
  const made = madeSessions(issuing);
  const [person] = directoryFile.accounts ?? [];
  const launcher = caller('launcher', { id: 'token:l', person: undefined });
  const becomes = (change: object) => {
    made.world.directory = {
      ...directoryFile,
      accounts: (directoryFile.accounts ?? []).map((each) => (each === person ? { ...each, ...change } : each)),
    };
  };
  const named = () => {
    const account = async (reference: string) => new StaticDirectory(made.world.directory).account(reference, made.time.clock());
    return namedPerson({ account }, 'alice@corp.example');
  };
  made.world.rules = rulesOf('@id("named") permit (principal in Group::"Operators", action == Action::"openNamed", resource);');
  becomes({ memberOf: ['Operators'] });
  const asked = { person: await named(), proof: 'named', account: 'ops' } as Partial<SessionRequest>;
  const granted = async () => (await made.sessions.request(requestOf(launcher, asked))).id;
  const [first, second, third] = [await granted(), await granted(), await granted()];
  await (await made.sessions.openCard(launcher, first, 'card')).card.destroy('released');
  becomes({ memberOf: ['Operators'], disabled: true });
  expect(await named()).toBeUndefined();
  await expect(made.sessions.openCard(launcher, second, 'card')).rejects.toMatchObject(refused);
  becomes({});
  await expect(made.sessions.openCard(launcher, third, 'card')).rejects.toMatchObject(refused);
  expect(made.sessions.get(launcher, third)).toMatchObject({ state: 'failed', cause: 'rules-no-permit' });
});
