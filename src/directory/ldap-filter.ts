import { AndFilter, EqualityFilter, ExtensibleFilter, type Filter, NotFilter, OrFilter, PresenceFilter } from 'ldapts';

/**
 * Search filters, RFC 4511 4.5.1.7, made of values and never of text: a value is written as octets with their length, so nothing in
 * it can end it or begin another clause (RFC 4515 and its escapes are for filters that are text). Attributes are literals.
 */
export const present = (attribute: string): Filter => new PresenceFilter({ attribute });
export const equal = (attribute: string, value: string | Uint8Array): Filter =>
  new EqualityFilter({ attribute, value: typeof value === 'string' ? value : Buffer.from(value) });

export const both = (...filters: Filter[]): Filter => new AndFilter({ filters });
export const either = (...filters: Filter[]): Filter => new OrFilter({ filters });
export const not = (filter: Filter): Filter => new NotFilter({ filter });
/** LDAP_MATCHING_RULE_IN_CHAIN, [MS-ADTS] 3.1.1.3.4.4.3: follows a linked attribute as far as it goes. */
export const inChain = (attribute: string, name: string): Filter =>
  new ExtensibleFilter({ rule: '1.2.840.113556.1.4.1941', matchType: attribute, value: name });
