import { dataObject, readDataObjects } from '../wire/ber-tlv.ts';
import { ByteReader, DecodeError } from '../wire/cursor.ts';

/** Dynamic Authentication Template, SP 800-73-4 part 2 table 7. */
const TEMPLATE = 0x7c;
const CHALLENGE = 0x81;
const RESPONSE = 0x82;

/** What a GENERAL AUTHENTICATE command asks: something back for this challenge (sign, decrypt), or a challenge from the card. */
export type Authentication = { readonly ask: 'response'; readonly challenge: Uint8Array } | { readonly ask: 'challenge' };

/** Reads the template; `undefined` when it is malformed or asks for something else. */
export function readTemplate(data: Uint8Array): Authentication | undefined {
  try {
    const [template, ...more] = readDataObjects(new ByteReader(data), 2);
    if (template?.tag !== TEMPLATE || more.length > 0) return undefined;
    const objects = readDataObjects(new ByteReader(template.value), 4);
    const find = (tag: number) => objects.filter((object) => object.tag === tag);
    const [challenge, ...challenges] = find(CHALLENGE);
    const [response, ...responses] = find(RESPONSE);
    if (!challenge || challenges.length > 0 || responses.length > 0 || objects.length !== (response ? 2 : 1)) return undefined;
    if (challenge.value.length === 0) return response ? undefined : { ask: 'challenge' };
    return response?.value.length === 0 ? { ask: 'response', challenge: challenge.value } : undefined;
  } catch (e) {
    if (e instanceof DecodeError) return undefined;
    throw e;
  }
}
export const writeResponse = (result: Uint8Array): Uint8Array => dataObject(TEMPLATE, dataObject(RESPONSE, result));
export const writeChallenge = (random: Uint8Array): Uint8Array => dataObject(TEMPLATE, dataObject(CHALLENGE, random));
