/**
 * Tier 0: groups whose members own the forest, or can come to own it by what they may do: write NTAuth, log on to domain
 * controllers, restore a backup of one, load a driver or a DNS plug-in there, add keys to any account. By relative identifier, in
 * every domain; [MS-ADTS] 6.1.1.6, [MS-DTYP] 2.4.2.4.
 */
export const tierZeroRelativeIds: ReadonlyMap<number, string> = new Map([
  [498, 'Enterprise Read-only Domain Controllers'],
  [512, 'Domain Admins'],
  [516, 'Domain Controllers'],
  [518, 'Schema Admins'],
  [519, 'Enterprise Admins'],
  [520, 'Group Policy Creator Owners'],
  [521, 'Read-only Domain Controllers'],
  [526, 'Key Admins'],
  [527, 'Enterprise Key Admins'],
]);
/** Those of the Builtin container, whose SIDs are the same in every domain. */
export const tierZeroBuiltinSids: ReadonlyMap<string, string> = new Map([
  ['S-1-5-32-544', 'Administrators'],
  ['S-1-5-32-548', 'Account Operators'],
  ['S-1-5-32-549', 'Server Operators'],
  ['S-1-5-32-550', 'Print Operators'],
  ['S-1-5-32-551', 'Backup Operators'],
]);
/** Made with the first DNS zone, with no identifier of its own: only its name tells it. */
const namedGroups: ReadonlyMap<string, string> = new Map([['dnsadmins', 'DnsAdmins']]);

/** Identifiers below this one are the domain's own: Administrator 500, krbtgt 502 and whoever comes with it; [MS-ADTS] 6.1.1.6. */
export const FIRST_ORDINARY_RID = 1000;

/** The same identifier in the spelling of the tables: no lower-case letter and no leading zero hides a group. */
const inTables = (sid: string): string =>
  sid
    .trim()
    .toUpperCase()
    .replace(/-0+(?=\d)/g, '-');

/** The name of the Tier-0 group whose SID this is. */
export function tierZeroGroup(sid: string): string | undefined {
  const spelled = inTables(sid);
  const rid = /^S-1-5-21-\d+-\d+-\d+-(\d+)$/.exec(spelled)?.[1];
  return rid === undefined ? tierZeroBuiltinSids.get(spelled) : tierZeroRelativeIds.get(Number(rid));
}
/** The same by a group's name, `DnsAdmins` or `CORP\DnsAdmins`, for groups that no identifier tells. */
export const tierZeroGroupNamed = (name: string): string | undefined =>
  namedGroups.get(
    name
      .slice(name.lastIndexOf('\\') + 1)
      .trim()
      .toLowerCase(),
  );
