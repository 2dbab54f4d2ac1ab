const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/.test(text);

/**
 * Names of a directory are compared without case. A letter outside ASCII never becomes one inside (the Kelvin sign would be `k`): two
 * names that a directory keeps apart stay apart.
 */
export const lowerCase = (text: string): string =>
  text.replace(/\p{Changes_When_Lowercased}/gu, (letter) => {
    const lower = letter.toLowerCase();
    return isAscii(letter) === isAscii(lower.charAt(0)) ? lower : letter;
  });
