import { type Codec, encode } from '../wire/codec.ts';
import { ByteReader, ByteWriter, DecodeError } from '../wire/cursor.ts';
import { sid } from './sid.ts';

/** Access rights, [MS-ADTS] 5.1.3.2. */
export const right = { createChild: 0x1, deleteChild: 0x2, writeProperty: 0x20 } as const;
/** AceFlags, [MS-DTYP] 2.4.4.1. */
export const aceFlag = { containerInherit: 0x2, inheritOnly: 0x8 } as const;
const INHERITED = 0x10;
const ACCESS_DENIED = 0x01;
const ACCESS_ALLOWED_OBJECT = 0x05;
const ACCESS_DENIED_OBJECT = 0x06;

/** One right on children of a class, or on an attribute; ACCESS_ALLOWED_OBJECT_ACE, [MS-DTYP] 2.4.4.3. */
export interface ObjectRight {
  readonly flags: number;
  readonly mask: number;
  /** schemaIDGUID in its 16 octets: of the class of the children, or of the attribute. */
  readonly objectType: Uint8Array;
  /** Of the class of the objects below that inherit it. */
  readonly inheritedObjectType?: Uint8Array;
  readonly sid: string;
}
/** Whatever is not ours is kept as it is. */
interface Ace {
  readonly type: number;
  readonly flags: number;
  /** What follows the header. */
  readonly body: Uint8Array;
}
const MOST_ACES = 2000;
/** ACE, [MS-DTYP] 2.4.4.1. */
const ace: Codec<Ace> = {
  read(r) {
    const type = r.u8();
    const flags = r.u8();
    const size = r.u16(true);
    if (size < 4) throw r.fail('an ACE has at least 4 octets');
    return { type, flags, body: r.bytes(size - 4) };
  },
  write: (w, { type, flags, body }) =>
    void w
      .u8(type)
      .u8(flags)
      .u16(body.length + 4, true)
      .bytes(body),
};
/** ACL, [MS-DTYP] 2.4.5; octets may be left over, for servers reserve room. */
function readAcl(r: ByteReader): Ace[] {
  r.bytes(2);
  const size = r.u16(true);
  if (size < 8) throw r.fail('an ACL has at least 8 octets');
  const count = r.u16(true);
  r.u16();
  if (MOST_ACES < count) throw r.fail(`${count} ACEs`);
  const inside = r.sub(size - 8);
  return Array.from({ length: count }, () => ace.read(inside));
}
/** Revision 4: with ACEs of objects. */
const ACL_REVISION_DS = 4;
function writeAcl(w: ByteWriter, aces: readonly Ace[]): void {
  const body = new ByteWriter();
  for (const each of aces) ace.write(body, each);
  const octets = body.finish();
  if (0xffff < octets.length + 8) throw w.fail('the access list is full');
  w.u8(ACL_REVISION_DS).u8(0);
  w.u16(octets.length + 8, true).u16(aces.length, true);
  w.u16(0).bytes(octets);
}

const DACL_PRESENT = 0x0004;
const SELF_RELATIVE = 0x8000;
const HEADER = 20;
/** SECURITY_DESCRIPTOR, [MS-DTYP] 2.4.6, self-relative, as far as its access list. */
interface Descriptor {
  readonly control: number;
  readonly aces: readonly Ace[];
}
function readDescriptor(octets: Uint8Array): Descriptor {
  const r = new ByteReader(octets);
  if (r.u8() !== 1) throw r.fail('revision is not 1');
  r.u8();
  const control = r.u16(true);
  r.bytes(12);
  const offset = r.u32(true);
  if (!(control & DACL_PRESENT) || offset < HEADER || octets.length < offset)
    throw new DecodeError('there is no access list', 16, ['descriptor']);
  return { control, aces: readAcl(new ByteReader(octets.subarray(offset), offset)) };
}
/** Only the access list: written with SD_FLAGS that leave owner, group and audit alone. */
function writeDescriptor({ control, aces }: Descriptor): Uint8Array {
  const w = new ByteWriter();
  w.u8(1).u8(0);
  w.u16(control | SELF_RELATIVE | DACL_PRESENT, true).bytes(new Uint8Array(12));
  w.u32(HEADER, true);
  writeAcl(w, aces);
  return w.finish();
}

const OBJECT_TYPE = 0x1;
const INHERITED_OBJECT_TYPE = 0x2;
function aceOf({ flags, mask, objectType, inheritedObjectType, sid: who }: ObjectRight): Ace {
  const w = new ByteWriter();
  w.u32(mask, true)
    .u32(OBJECT_TYPE | (inheritedObjectType ? INHERITED_OBJECT_TYPE : 0), true)
    .bytes(objectType);
  if (inheritedObjectType) w.bytes(inheritedObjectType);
  return { type: ACCESS_ALLOWED_OBJECT, flags, body: Uint8Array.from([...w.finish(), ...encode(sid, who)]) };
}
const octetsOf = (value: Ace) => Buffer.from(encode(ace, value));
const isSame = (a: Ace, b: Ace) => octetsOf(a).equals(octetsOf(b));
const isDenial = ({ type }: Ace) => type === ACCESS_DENIED || type === ACCESS_DENIED_OBJECT;

/**
 * Those of the rights that a descriptor does not grant in so many words.
 * @throws DecodeError
 */
export function missingRights(descriptor: Uint8Array, rights: readonly ObjectRight[]): readonly ObjectRight[] {
  const { aces } = readDescriptor(descriptor);
  return rights.filter((each) => !aces.some((there) => isSame(there, aceOf(each))));
}
/** The descriptor with the rights that it lacks, in their canonical place: after what is denied, before what is inherited. */
export function withRights(descriptor: Uint8Array, rights: readonly ObjectRight[]): Uint8Array {
  const { control, aces } = readDescriptor(descriptor);
  const explicit = aces.filter(({ flags }) => !(flags & INHERITED));
  const inherited = aces.filter(({ flags }) => flags & INHERITED);
  const added = missingRights(descriptor, rights).map(aceOf);
  const ordered = [...explicit.filter(isDenial), ...explicit.filter((each) => !isDenial(each)), ...added, ...inherited];
  return writeDescriptor({ control, aces: ordered });
}
