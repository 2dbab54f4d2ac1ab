import { MayflyError } from '../wire/mayfly-error.ts';
import { systemCode } from '../wire/system-code.ts';
import type { CheckId } from './checks.ts';
import { cannotTell, type Finding, ok, wrong } from './finding.ts';
import { portFault } from './port.ts';
import { type CrlIssuer, type HeldObject, publicationChecks, publicationFindings } from './publication.ts';

/** All that a look at a domain controller over LDAP can tell. */
export const controllerChecks: readonly CheckId[] = ['port-ldap', 'directory-logon', ...publicationChecks];

/** Of errors on the way to a bound connection: nothing answers, or what answers is not proven, or lets Mayfly's account not in. */
const unreached = new Set(['directory-unreachable', 'directory-late']);
const notIn = new Set(['directory-certificate', 'directory-credentials']);

/** Not what it said itself, such as that it does not do STARTTLS. */
const isOfSocket = (e: MayflyError) => e.code === 'directory-late' || systemCode(e.cause) !== undefined;
/** What it has of the CA's publication; undefined: there is no CA to be published; or what came in the way once it had let us in. */
export type Held = readonly HeldObject[] | MayflyError | undefined;
/** @param read asks it over a connection of its own. @throws MayflyError where it does not come to be let in */
export async function controllerFindings(
  server: string,
  read: () => Promise<Held>,
  issuerOf: (object: HeldObject['object']) => CrlIssuer,
): Promise<readonly Finding[]> {
  const untold = (checks: readonly CheckId[], says: string) => checks.map((check) => cannotTell(check, server, { says }));
  const reached = [ok('port-ldap', server, 'it does')];
  const inside = [...reached, ok('directory-logon', server, 'it is, and does')];
  try {
    const held = await read();
    if (held instanceof MayflyError) {
      const told = { says: held.message, fix: held.next, code: held.code };
      return [...inside, ...publicationChecks.map((check) => cannotTell(check, server, told))];
    }
    return [
      ...inside,
      ...(held ? await publicationFindings(server, held, issuerOf) : untold(publicationChecks, 'there is no CA to look for')),
    ];
  } catch (e) {
    if (!(e instanceof MayflyError)) throw e;
    const told = { says: e.message, fix: e.next, code: e.code };
    if (unreached.has(e.code))
      return [
        wrong('port-ldap', server, isOfSocket(e) ? portFault('its LDAP port', e) : told),
        ...untold(controllerChecks.slice(1), 'it cannot be asked'),
      ];
    if (notIn.has(e.code))
      return [...reached, wrong('directory-logon', server, told), ...untold(publicationChecks, 'it cannot be asked')];
    return [...reached, ...controllerChecks.slice(1).map((check) => cannotTell(check, server, told))];
  }
}
