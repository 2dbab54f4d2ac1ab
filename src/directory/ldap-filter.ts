import { AndFilter, EqualityFilter, type Filter, OrFilter, PresenceFilter } from 'ldapts';

/**
 * Search filters, RFC 4511 4.5.1.7, made of values and never of text: a value is written as octets with their length, so nothing in
 * it can end it or begin another clause (RFC 4515 and its escapes are for filters that are text). Attributes are literals.
 */
export const present = (attribute: string): Filter => new PresenceFilter({ attribute });
export const equal = (attribute: string, value: string | Uint8Array): Filter =>
  new EqualityFilter({ attribute, value: typeof value === 'string' ? value : Buffer.from(value) });

export const both = (...filters: Filter[]): Filter => new AndFilter({ filters });
export const either = (...filters: Filter[]): Filter => new OrFilter({ filters });
