import type { BerWriter } from 'ldapts';
import { Control } from 'ldapts';
import { crlContainerName } from '../pki/publication.ts';
import { DecodeError } from '../wire/cursor.ts';
import { fromHex } from '../wire/hex.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { octetsOf } from './entry-values.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { present } from './ldap-filter.ts';
import { aceFlag, missingRights, type ObjectRight, right, withRights } from './security-descriptor.ts';

/** schemaIDGUID of the class cRLDistributionPoint, 167758ca-47f3-11d1-a9c3-0000f80367c1, [MS-ADSC]. */
const crlDistributionPoint = fromHex('ca587716f347d111a9c30000f80367c1');
/** Of the attribute certificateRevocationList, 1677579f-47f3-11d1-a9c3-0000f80367c1, [MS-ADA1]. */
const certificateRevocationList = fromHex('9f577716f347d111a9c30000f80367c1');

/** All that the account of the daily work needs: to make CRL objects in Mayfly's own container, and to write their CRLs. */
export const serviceRights = (sid: string): readonly ObjectRight[] => [
  { flags: 0, mask: right.createChild | right.deleteChild, objectType: crlDistributionPoint, sid },
  {
    flags: aceFlag.containerInherit | aceFlag.inheritOnly,
    mask: right.writeProperty,
    objectType: certificateRevocationList,
    inheritedObjectType: crlDistributionPoint,
    sid,
  },
];
/** The same for an admin who would rather type it: [MS-ADTS] 5.1.3 in the words of dsacls. @param account `name@domain` */
export const dsaclsCommands = (forest: string, account: string): readonly string[] => [
  `dsacls "${crlContainerName(forest)}" /G "${account}:CCDC;cRLDistributionPoint"`,
  `dsacls "${crlContainerName(forest)}" /I:S /G "${account}:WP;certificateRevocationList;cRLDistributionPoint"`,
];

const DACL_SECURITY_INFORMATION = 4;
/** LDAP_SERVER_SD_FLAGS_OID, [MS-ADTS] 3.1.1.3.4.1.11: of the descriptor nothing but the access list is read and written. */
class AccessListOnly extends Control {
  constructor() {
    super('1.2.840.113556.1.4.801', { critical: true });
  }
  protected override writeControl(writer: BerWriter): void {
    // SEQUENCE { INTEGER }
    writer.writeBuffer(Buffer.of(0x30, 0x03, 0x02, 0x01, DACL_SECURITY_INFORMATION), 0x04);
  }
}
const ATTRIBUTE = 'nTSecurityDescriptor';

async function descriptorOf(connection: LdapConnection, name: string): Promise<Uint8Array> {
  const found = await connection.read(name, [ATTRIBUTE], present('objectClass'), [new AccessListOnly()]);
  if (!found)
    throw new MayflyError('directory-no-object', `there is no ${name} yet`, {
      next: 'let an enterprise admin run `mayfly ad apply` first',
    });
  const [octets] = octetsOf(found, ATTRIBUTE);
  if (octets) return octets;
  throw new MayflyError('directory-rights', `${connection.peer} does not show the access list of ${name}`, {
    next: 'look as an account that may read it',
  });
}
const readable = <T>(name: string, read: () => T): T => {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause;
    throw new MayflyError('directory-value', `the access list of ${name} cannot be read`, { cause });
  }
};
/** Those of its rights that an account does not have in a forest. */
export async function lackingRights(connection: LdapConnection, forest: string, sid: string): Promise<readonly ObjectRight[]> {
  const name = crlContainerName(forest);
  const descriptor = await descriptorOf(connection, name);
  return readable(name, () => missingRights(descriptor, serviceRights(sid)));
}
/** Grants what is lacking; how many rights that were. */
export async function grantRights(connection: LdapConnection, forest: string, sid: string): Promise<number> {
  const name = crlContainerName(forest);
  const descriptor = await descriptorOf(connection, name);
  const lacking = readable(name, () => missingRights(descriptor, serviceRights(sid)));
  if (lacking.length === 0) return 0;
  const values = [readable(name, () => withRights(descriptor, lacking))];
  await connection.modify(name, [{ operation: 'replace', attribute: ATTRIBUTE, values }], [new AccessListOnly()]);
  return lacking.length;
}
