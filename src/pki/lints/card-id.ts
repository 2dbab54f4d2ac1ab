import type { Lint } from '../lint.ts';

/** The subject's serialNumber makes the subject unique: an AD mapping by issuer and subject must never match two cards. */
export const cardId: Lint = {
  name: 'card-id',
  source: 'RFC 4519 2.31; RFC 5280 4.1.2.6; KB5014754 (X509:<I><S> mappings)',
  check({ cardId: id }, { isKnownCard }) {
    if (!/^[A-Za-z0-9-]{8,64}$/.test(id)) return 'the card id is not 8 to 64 letters, digits or hyphens';
    return isKnownCard(id) ? 'a certificate for this card id has been issued before' : undefined;
  },
};
