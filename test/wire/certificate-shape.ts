import { choice, context, defaulted, octetString, optional, sequence, sequenceOf, setOf } from '../../src/wire/der.ts';
import { bitString, boolean, int32, nothing, objectIdentifier, unsignedInteger } from '../../src/wire/der-primitives.ts';
import { ia5String, printableString, utf8String } from '../../src/wire/der-strings.ts';
import { time } from '../../src/wire/der-time.ts';

/** Certificate, RFC 5280 4.1, with no ANY left in it: every octet is claimed by a codec, so that nothing strays past the fuzzers. */
const algorithm = sequence({ id: objectIdentifier, parameters: optional(choice({ none: nothing, curve: objectIdentifier })) });
const name = sequenceOf(
  setOf(sequence({ id: objectIdentifier, value: choice({ printable: printableString, utf8: utf8String, ia5: ia5String }) })),
);
const extension = sequence({ id: objectIdentifier, critical: defaulted(boolean, false), value: octetString });
export const certificateShape = sequence({
  tbs: sequence({
    version: defaulted(context(0, int32), 0),
    serial: unsignedInteger,
    signature: algorithm,
    issuer: name,
    validity: sequence({ notBefore: time, notAfter: time }),
    subject: name,
    publicKey: sequence({ algorithm, key: bitString }),
    extensions: optional(context(3, sequenceOf(extension))),
  }),
  algorithm,
  signature: bitString,
});
