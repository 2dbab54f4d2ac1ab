import { expect, it } from 'vitest';
import { onlyLicense, validClient } from '../../src/rdp/license.ts';
import { securityFlag } from '../../src/rdp/security-header.ts';

// A licensing PDU was passed on with every flag that its sender gave it: a redirection in the eyes of whoever looks at that flag first.
it('a licensing PDU that says it is a redirection as well is one of licensing for the other side', () => {
  const honest = validClient();
  const lying = honest.slice();
  new DataView(lying.buffer).setUint16(0, securityFlag.licensePkt | securityFlag.redirectionPkt | securityFlag.infoPkt, true);
  expect(onlyLicense(lying)).toEqual(honest);
  expect(onlyLicense(honest)).toEqual(honest);
});
