import { FIRST_ORDINARY_RID } from '../pki/tier-zero.ts';
import { type ConfigDocument, type DocumentFault, pointerSteps, pointerTo, valueAt } from './document.ts';

/**
 * What a schema cannot say: names given twice, names that must be listed elsewhere, numbers inside a SID. Looks only at values
 * that are sound so far, so that one slip is not reported twice.
 */
export function referenceFaults(document: ConfigDocument, schemaFaults: readonly DocumentFault[]): DocumentFault[] {
  const faults: DocumentFault[] = [];
  const unsound = new Set(schemaFaults.map(({ pointer }) => pointer));
  const fault = (pointer: string, message: string, next: string): void => {
    faults.push({ pointer, at: document.places.get(pointer)?.value ?? 0, message, next });
  };
  const text = (pointer: string): string | undefined => {
    const value = valueAt(document.value, pointerSteps(pointer));
    return typeof value === 'string' && !unsound.has(pointer) ? value.toLowerCase() : undefined;
  };
  const entries = (pointer: string): readonly string[] => {
    const value = valueAt(document.value, pointerSteps(pointer));
    return Array.isArray(value) ? value.map((_, i) => pointerTo(pointer, i)) : [];
  };
  /** The entries' names; undefined for what is unsound. A name that came before is a fault. */
  const once = (pointers: readonly string[], what: string): readonly (string | undefined)[] => {
    const seen = new Set<string>();
    return pointers.map((pointer) => {
      const name = text(pointer);
      if (name !== undefined && seen.has(name)) fault(pointer, `this ${what} is given twice`, 'keep one of the two');
      if (name !== undefined) seen.add(name);
      return name;
    });
  };
  const names = (list: string, what: string): readonly (string | undefined)[] =>
    once(
      entries(list).map((entry) => `${entry}/name`),
      what,
    );

  const forests = names('/forests', 'forest');
  const domains = names('/domains', 'domain');
  const suffixes: (string | undefined)[] = [];
  for (const [i, domain] of entries('/domains').entries()) {
    const listed = once(entries(`${domain}/upnSuffixes`), 'UPN suffix');
    suffixes.push(...(listed.length === 0 && !unsound.has(`${domain}/upnSuffixes`) ? [domains[i]] : listed));
    const named = text(`${domain}/forest`);
    if (unsound.has(`${domain}/forest`) || !isMissing(named ?? domains[i], forests)) continue;
    if (named === undefined)
      fault(`${domain}/name`, 'this domain names no forest and is none of the listed ones', 'add its forest: NAME');
    else fault(`${domain}/forest`, 'this forest is not listed', 'add it under forests, or name one that is there');
  }

  /** UPN suffixes that a domain has. */
  const inBounds = (list: string): void => {
    const bounds = entries(list);
    for (const [i, suffix] of once(bounds, 'UPN suffix').entries()) {
      const pointer = bounds[i];
      if (pointer !== undefined && isMissing(suffix, suffixes))
        fault(pointer, 'no domain has this UPN suffix', 'add it to the upnSuffixes of its domain, or remove it here');
    }
  };
  const sids = (list: string): readonly (string | undefined)[] => {
    const listed = once(entries(list), 'SID');
    for (const [i, sid] of listed.entries()) {
      // [MS-DTYP] 2.4.2.1: a sub-authority has 32 bits.
      if (
        sid
          ?.split('-')
          .slice(4)
          .some((part) => Number(part) > 0xffff_ffff)
      )
        fault(pointerTo(list, i), 'a number in this SID is over 4294967295', 'copy objectSid from the directory');
    }
    return listed;
  };
  const excepted = (list: string, others: readonly (string | undefined)[], message: string): void => {
    for (const [i, sid] of sids(list).entries()) {
      if (sid === undefined) continue;
      if (others.includes(sid)) fault(pointerTo(list, i), message, 'keep it in one of the two lists');
      if (Number(sid.split('-').at(-1)) < FIRST_ORDINARY_RID)
        fault(pointerTo(list, i), 'a built-in account is never certified', 'remove it: identifiers below 1000 have no exception');
    }
  };

  names('/realms', 'realm');
  names('/targets', 'host');
  for (const target of entries('/targets')) {
    const isProven = [`${target}/pins`, `${target}/anchors`].some((list) => entries(list).length > 0 || unsound.has(list));
    if (text(`${target}/security`) === 'tls' && !isProven)
      fault(
        `${target}/security`,
        'nothing proves this host: with tls alone it needs pins or anchors',
        'pin its certificate, or name its CA',
      );
  }
  names('/cas', 'CA name');
  for (const ca of entries('/cas')) {
    inBounds(`${ca}/upnSuffixes`);
    const refused = sids(`${ca}/refusedSids`);
    excepted(`${ca}/exceptedSids`, refused, 'this SID is refused and excepted');
  }
  once(
    entries('/directories').map((entry) => `${entry}/domain`),
    'domain',
  );
  const service = '/service';
  inBounds(`${service}/upnSuffixes`);
  excepted(`${service}/exceptedSids`, sids(`${service}/ownAccountSids`), 'this SID is of an own account and excepted');
  if (entries('/directories').length > 0 && valueAt(document.value, ['service', 'directory']) !== undefined)
    fault(`${service}/directory`, 'there are Active Directory domains as well', 'take this out, or directories');
  const cas = entries('/cas').map((entry) => text(`${entry}/name`));
  if (isMissing(text(`${service}/ca`), cas))
    fault(`${service}/ca`, 'this CA is not listed', 'add it under cas, or name one that is there');
  for (const [one, other] of [['certificate', 'key'] as const, ['key', 'certificate'] as const]) {
    if (valueAt(document.value, ['service', one]) !== undefined && valueAt(document.value, ['service', other]) === undefined)
      fault(`${service}/${one}`, `there is no ${other} to this ${one}`, `add ${other}: PATH, or leave both out`);
  }
  once(
    entries(`${service}/identityProviders`).map((entry) => `${entry}/issuer`),
    'issuer',
  );
  return faults;
}

/** Not in a list that is there and is sound throughout. */
function isMissing(name: string | undefined, listed: readonly (string | undefined)[]): boolean {
  return name !== undefined && listed.length > 0 && !listed.includes(undefined) && !listed.includes(name);
}
