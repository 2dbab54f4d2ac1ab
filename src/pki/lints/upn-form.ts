import type { Lint } from '../lint.ts';

const LONGEST = 256;
const dnsName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/** A user principal name is `prefix@suffix`, the suffix a DNS name. */
export const upnForm: Lint = {
  name: 'upn-form',
  source: '[MS-ADTS] 5.1.1.1.1; RFC 822 addr-spec as userPrincipalName uses it; [MS-PKCA] 3.1.5.2.1',
  check({ userPrincipalName: upn }) {
    if (upn === '') return 'there is no user principal name';
    if (LONGEST < upn.length) return `the user principal name is over ${LONGEST} characters`;
    const [prefix = '', suffix, ...more] = upn.split('@');
    if (suffix === undefined) return 'the user principal name has no @';
    if (more.length > 0) return 'the user principal name has several @';
    if (prefix === '') return 'the user principal name has nothing before the @';
    if (!dnsName.test(suffix)) return 'the suffix of the user principal name is not a DNS name';
    return undefined;
  },
};
