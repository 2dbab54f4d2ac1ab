import { decode, type Value } from '../wire/codec.ts';
import { compareBytes, implicit, optional, raw, sequence, sequenceOf } from '../wire/der.ts';
import { type GeneralName, generalName, type SubjectAltName } from './subject-alt-name.ts';

/** GeneralSubtree, RFC 5280 4.2.1.10, whose minimum is always 0 and whose maximum is always absent. */
const generalSubtrees = sequenceOf(sequence({ base: generalName }), 256);
export const nameConstraints = sequence({
  permittedSubtrees: optional(implicit(0, generalSubtrees)),
  excludedSubtrees: optional(implicit(1, generalSubtrees)),
});
export type NameConstraints = Value<typeof nameConstraints>;

/** RDNs of a Name, each as DER. */
const rdnSequence = sequenceOf(raw(0x31), 64);

/** A dot at the end names the same host: whoever compares names drops it, so it must not lead out of a subtree. */
const comparable = (name: string) => name.toLowerCase().replace(/\.$/, '');
function dNSNameWithin(name: string, subtree: string): boolean {
  const lower = comparable(name);
  const base = comparable(subtree);
  if (base === '' || lower === base) return true;
  return lower.endsWith(base.startsWith('.') ? base : `.${base}`);
}
/** A wildcard reaches into what lies below it, so it is excluded when it could stand for an excluded name. */
const dNSNameTouches = (name: string, subtree: string) =>
  dNSNameWithin(name, subtree) || (name.startsWith('*.') && dNSNameWithin(subtree.replace(/^\./, ''), name.slice(2)));
const directoryWithin = (name: readonly Uint8Array[], subtree: readonly Uint8Array[]) =>
  subtree.length <= name.length && subtree.every((rdn, i) => compareBytes(rdn, name[i] ?? new Uint8Array()) === 0);

/** Why one form of name breaks constraints of that form. */
function formFault(
  kind: GeneralName['kind'],
  names: readonly GeneralName[],
  { permittedSubtrees, excludedSubtrees }: NameConstraints,
) {
  const permitted = permittedSubtrees?.map((s) => s.base).filter((base) => base.kind === kind) ?? [];
  const excluded = excludedSubtrees?.map((s) => s.base).filter((base) => base.kind === kind) ?? [];
  const own = names.filter((n) => n.kind === kind);
  if (own.length === 0 || permitted.length + excluded.length === 0) return undefined;
  for (const name of own) {
    if (name.kind === 'dNSName') {
      if (excluded.some((e) => e.kind === 'dNSName' && dNSNameTouches(name.value, e.value)))
        return `name ${name.value} is excluded by its ca`;
      if (permitted.length > 0 && !permitted.some((p) => p.kind === 'dNSName' && dNSNameWithin(name.value, p.value))) {
        return `name ${name.value} is not permitted by its ca`;
      }
      // Byte by byte is enough to permit; it would be too lenient to exclude, where one name has many spellings.
    } else if (name.kind === 'directoryName' && excluded.length === 0) {
      if (!permitted.some((p) => p.kind === 'directoryName' && directoryWithin(name.value, p.value)))
        return 'directory name is not permitted by its ca';
    } else return `its ca constrains ${kind}, which is not supported`;
  }
  return undefined;
}
/** Whether a certificate keeps to the constraints of a CA above it; forms that are not understood fail when they are used. */
export function nameConstraintsFault(
  holder: { readonly subject: Uint8Array; readonly subjectAltName: SubjectAltName },
  constraints: NameConstraints,
): string | undefined {
  const subject = decode(rdnSequence, holder.subject);
  const names = [...holder.subjectAltName.all];
  if (subject.length > 0) names.push({ kind: 'directoryName', value: subject });
  const kinds = new Set(
    [...(constraints.permittedSubtrees ?? []), ...(constraints.excludedSubtrees ?? [])].map((s) => s.base.kind),
  );
  for (const kind of kinds) {
    const fault = formFault(kind, names, constraints);
    if (fault) return fault;
  }
  return undefined;
}
