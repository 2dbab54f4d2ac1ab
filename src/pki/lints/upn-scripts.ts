import type { Lint } from '../lint.ts';

/** Scripts that may stand together: "highly restrictive" of TR39 5.2, and each recommended script alone. */
const together: readonly (readonly string[])[] = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
  ...['Cyrillic', 'Greek', 'Arabic', 'Armenian', 'Hebrew', 'Georgian', 'Thai', 'Lao', 'Khmer', 'Myanmar', 'Ethiopic', 'Tibetan'],
  ...['Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala', 'Thaana'],
].map((scripts) => (typeof scripts === 'string' ? [scripts] : scripts));

const allowed = together.map((scripts) => {
  const classes = ['Common', 'Inherited', ...scripts].map((script) => `\\p{Script_Extensions=${script}}`);
  return new RegExp(`^[${classes.join('')}]*$`, 'u');
});
const simple = /^[\x21-\x7e]*$/;

/** The part before the @ is of one script, so that no letter passes for another script's (`аdmin` with a Cyrillic а). */
export const upnScripts: Lint = {
  name: 'upn-scripts',
  source: 'Unicode TR39 5.1 and 5.2',
  check({ userPrincipalName: upn }) {
    const prefix = upn.split('@', 1)[0] ?? '';
    if (simple.test(prefix) || allowed.some((scripts) => scripts.test(prefix))) return undefined;
    return 'the user principal name mixes scripts whose letters can be confused';
  },
};
