import { isoTime } from '../wire/der-time.ts';
import type { TokenView } from './identity/api-tokens.ts';

/** A token as the API tells of it: never its digest. */
export const tokenText = ({ id, name, scopes, created, expires, revoked, person }: TokenView) => ({
  id,
  name,
  scopes,
  created: isoTime(created),
  expires: isoTime(expires),
  revoked: revoked === undefined ? undefined : isoTime(revoked),
  person: person && (person.userPrincipalName ?? person.subject),
});
