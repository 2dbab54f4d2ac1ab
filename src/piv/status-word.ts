/** Status words, ISO/IEC 7816-4 5.1.3 and SP 800-73-4 part 2 table 10, by what they say. */
export const statusWord = {
  success: 0x9000,
  /** Octets left to GET RESPONSE in the low octet; 0: 256 or more. */
  moreData: 0x6100,
  /** Tries left in the low four bits. */
  verificationFailed: 0x63c0,
  wrongLength: 0x6700,
  logicalChannelNotSupported: 0x6881,
  secureMessagingNotSupported: 0x6882,
  lastCommandOfChainExpected: 0x6883,
  commandChainingNotSupported: 0x6884,
  securityStatusNotSatisfied: 0x6982,
  authenticationMethodBlocked: 0x6983,
  conditionsOfUseNotSatisfied: 0x6985,
  incorrectParametersInData: 0x6a80,
  notFound: 0x6a82,
  incorrectParametersP1P2: 0x6a86,
  referenceDataNotFound: 0x6a88,
  instructionNotSupported: 0x6d00,
  classNotSupported: 0x6e00,
  /** No precise diagnosis: what a card whose key is gone says to everything that would need it. */
  noDiagnosis: 0x6f00,
} as const;

const meanings: Readonly<Record<number, string>> = {
  [statusWord.success]: 'all went well',
  [statusWord.moreData]: 'there is more to fetch',
  [statusWord.wrongLength]: 'the length is wrong',
  [statusWord.logicalChannelNotSupported]: 'there are no logical channels',
  [statusWord.secureMessagingNotSupported]: 'there is no secure messaging',
  [statusWord.lastCommandOfChainExpected]: 'a chain of commands was not ended',
  [statusWord.commandChainingNotSupported]: 'commands cannot be chained',
  [statusWord.securityStatusNotSatisfied]: 'the PIN was not verified, or the key is gone',
  [statusWord.authenticationMethodBlocked]: 'the PIN is blocked',
  [statusWord.conditionsOfUseNotSatisfied]: 'the conditions of use are not satisfied',
  [statusWord.incorrectParametersInData]: 'the data is malformed',
  [statusWord.notFound]: 'there is no such application or object',
  [statusWord.incorrectParametersP1P2]: 'the key is of another algorithm, or a parameter is wrong',
  [statusWord.referenceDataNotFound]: 'there is no such key or PIN',
  [statusWord.instructionNotSupported]: 'the instruction is not known',
  [statusWord.classNotSupported]: 'the class is not known',
  [statusWord.noDiagnosis]: 'the card does not say why; its key may be gone',
};
/** Those that this card gives. */
export const statusWords: readonly number[] = Object.values(statusWord);
const triesLeft = (tries: number): string => `the PIN is wrong, ${tries} ${tries === 1 ? 'try' : 'tries'} left`;
/** One clause for people. */
export const statusWordMeaning = (status: number): string =>
  (status & 0xfff0) === statusWord.verificationFailed ? triesLeft(status & 0x0f) : (meanings[status] ?? 'an unknown status word');
/** `63c2, the PIN is wrong, 2 tries left`. */
export const statusText = (status: number): string => `${status.toString(16).padStart(4, '0')}, ${statusWordMeaning(status)}`;
