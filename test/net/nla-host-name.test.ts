import { expect, it } from 'vitest';
import { nlaHostName } from '../../src/net/nla-host-name.ts';

const known: Readonly<Record<string, string>> = {
  '192.0.2.7': 'DESK1.corp.test',
  desk1: 'desk1.corp.test',
  'rdp.corp.test': 'desk1.corp.test',
};
const realName = (asked: string) => known[asked];

it.each([
  ['desk1.corp.test', 'desk1.corp.test'],
  ['Desk2.Corp.Test', 'desk2.corp.test'],
  ['192.0.2.7', 'desk1.corp.test'],
  ['desk1', 'desk1.corp.test'],
  ['rdp.corp.test', 'desk1.corp.test'],
])('%s is asked for as %s', async (asked, name) => expect(await nlaHostName(asked, realName)).toBe(name));
it.each([
  ['192.0.2.8', 'an address, for which no KDC issues a ticket'],
  ['2001:db8::1', 'an address'],
  ['desk2', 'no full DNS name'],
  ['a b.corp.test', 'no full DNS name'],
  ['desk1.corp.test/x', 'no full DNS name'],
  ['', 'no full DNS name'],
])('%j is refused: %s', async (asked, why) => {
  await expect(nlaHostName(asked, realName)).rejects.toMatchObject({
    code: 'nla-host-name',
    message: expect.stringContaining(why) as unknown,
  });
});
