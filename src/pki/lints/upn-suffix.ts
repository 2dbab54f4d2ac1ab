import type { Lint } from '../lint.ts';

export const upnSuffix: Lint = {
  name: 'upn-suffix',
  source: 'bounds of the issuing CA',
  check({ userPrincipalName: upn }, { bounds }) {
    const suffix = upn.slice(upn.lastIndexOf('@') + 1).toLowerCase();
    if (bounds.upnSuffixes.includes(suffix)) return undefined;
    return `the UPN suffix is none of this CA's: ${bounds.upnSuffixes.join(', ') || '(no suffix is configured)'}`;
  },
};
