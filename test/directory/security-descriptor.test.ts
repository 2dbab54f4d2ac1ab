import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { missingRights, withRights } from '../../src/directory/security-descriptor.ts';
import { dsaclsCommands, serviceRights } from '../../src/directory/service-rights.ts';
import { sidOctets } from '../../src/directory/sid.ts';
import { DecodeError } from '../../src/wire/cursor.ts';
import { mutated, property } from '../wire/property.ts';

const SID = 'S-1-5-21-1004336348-1177238915-682003330-1105';
const u16 = (v: number) => [v & 0xff, v >> 8];
const ace = (type: number, flags: number, body: readonly number[]) => [type, flags, ...u16(body.length + 4), ...body];
const allowed = (flags: number, who: string) => ace(0, flags, [0xff, 0x01, 0x0f, 0, ...sidOctets(who)]);
const denied = ace(1, 0, [2, 0, 0, 0, ...sidOctets('S-1-1-0')]);
/** Self-relative, owner behind the list, two octets of slack in it, as servers write it. */
function descriptor(...aces: readonly number[][]): Uint8Array {
  const octets = aces.flat();
  const acl = [4, 0, ...u16(8 + octets.length + 2), ...u16(aces.length), 0, 0, ...octets, 0, 0];
  const owner = 20 + acl.length;
  return Uint8Array.from([
    1,
    0,
    ...u16(0x8c04),
    owner,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    20,
    0,
    0,
    0,
    ...acl,
    ...sidOctets('S-1-5-18'),
  ]);
}
const inherited = allowed(0x12, 'S-1-5-32-544');
const own = allowed(0, 'S-1-5-18');
const good = descriptor(own, inherited);
const rights = serviceRights(SID);

describe('the rights of the service account', () => {
  it('are two, in the octets that a directory keeps', () => {
    // SDDL: (OA;;CCDC;167758ca-47f3-11d1-a9c3-0000f80367c1;;SID)(OA;CIIO;WP;1677579f-…;167758ca-…;SID)
    const added = Buffer.from(withRights(good, rights)).toString('hex');
    const sid = Buffer.from(sidOctets(SID)).toString('hex');
    expect(added).toContain(`05003800030000000100000ca587716f347d111a9c30000f80367c1${sid}`.replace('0100000ca', '01000000ca'));
    expect(added).toContain(`050a480020000000030000009f577716f347d111a9c30000f80367c1ca587716f347d111a9c30000f80367c1${sid}`);
  });
  it('are added after what is denied and before what is inherited, once', () => {
    const granted = withRights(descriptor(own, inherited, denied), rights);
    expect(missingRights(good, rights).length).toBe(2);
    expect(missingRights(granted, rights)).toEqual([]);
    expect(withRights(granted, rights)).toEqual(granted);
    const [deny, mine, ours, theirs] = [denied, own, [5, 0, 0x38, 0], inherited].map((octets) =>
      Buffer.from(granted).indexOf(Buffer.from(octets)),
    );
    expect([deny, mine, ours, theirs]).toEqual([deny, mine, ours, theirs].toSorted((a = 0, b = 0) => a - b));
  });
  it('are none of somebody else', () => {
    expect(missingRights(withRights(good, rights), serviceRights(SID.replace('1105', '1106'))).length).toBe(2);
  });
  it('may be typed by an admin', () => {
    expect(dsaclsCommands('corp.example', 'svc@corp.example')).toEqual([
      'dsacls "CN=Mayfly,CN=CDP,CN=Public Key Services,CN=Services,CN=Configuration,DC=corp,DC=example" /G "svc@corp.example:CCDC;cRLDistributionPoint"',
      'dsacls "CN=Mayfly,CN=CDP,CN=Public Key Services,CN=Services,CN=Configuration,DC=corp,DC=example" /I:S /G "svc@corp.example:WP;certificateRevocationList;cRLDistributionPoint"',
    ]);
  });
});
describe('a security descriptor', () => {
  it.each([
    ['without a list', Uint8Array.from([1, 0, 0, 0x80, ...new Uint8Array(16)])],
    ['whose list lies outside', Uint8Array.from([1, 0, 4, 0x80, ...new Uint8Array(12), 200, 0, 0, 0])],
    ['of another revision', Uint8Array.from([2, ...good.subarray(1)])],
    ['cut short', good.subarray(0, 40)],
  ])('%s is refused', (_, octets) => {
    expect(() => missingRights(octets, rights)).toThrow(DecodeError);
  });
  property('is read or refused, whatever it is', mutated(fc.constant(good)), (octets) => {
    try {
      missingRights(withRights(octets, rights), rights);
    } catch (e) {
      if (!(e instanceof DecodeError)) throw e;
    }
  });
});
