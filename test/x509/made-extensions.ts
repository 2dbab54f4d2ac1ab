import { context, implicit, sequence, sequenceOf } from '../../src/wire/der.ts';
import { boolean, nothing } from '../../src/wire/der-primitives.ts';
import { ia5String } from '../../src/wire/der-strings.ts';
import { uriName } from '../../src/x509/extensions.ts';
import { oid } from '../../src/x509/oid.ts';
import { made } from './made-certificate.ts';

const subtrees = (...names: readonly string[]) => names.map((base) => ({ base }));
const dnsSubtrees = sequenceOf(sequence({ base: implicit(2, ia5String) }));
export const permitted = (...names: readonly string[]) =>
  made(
    oid.nameConstraints,
    sequence({ permittedSubtrees: implicit(0, dnsSubtrees) }),
    { permittedSubtrees: subtrees(...names) },
    true,
  );
export const excluded = (...names: readonly string[]) =>
  made(
    oid.nameConstraints,
    sequence({ excludedSubtrees: implicit(1, dnsSubtrees) }),
    { excludedSubtrees: subtrees(...names) },
    true,
  );
export const unknown = made('1.3.6.1.4.1.99999.1', nothing, null, true);
export const scoped = (onlyContains: 1 | 2) =>
  made(oid.issuingDistributionPoint, sequence({ only: implicit(onlyContains, boolean) }), { only: true }, true);
export const scopedTo = (url: string) =>
  made(
    oid.issuingDistributionPoint,
    sequence({ distributionPoint: context(0, implicit(0, sequenceOf(uriName))) }),
    { distributionPoint: [url] },
    true,
  );
