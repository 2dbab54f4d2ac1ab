/** Result, T.125 7 part 1, by the number it has in BER and in PER. */
export const mcsResult = {
  successful: 0,
  domainMerging: 1,
  domainNotHierarchical: 2,
  noSuchChannel: 3,
  noSuchDomain: 4,
  noSuchUser: 5,
  notAdmitted: 6,
  otherUserId: 7,
  parametersUnacceptable: 8,
  tokenNotAvailable: 9,
  tokenNotPossessed: 10,
  tooManyChannels: 11,
  tooManyTokens: 12,
  tooManyUsers: 13,
  unspecifiedFailure: 14,
  userRejected: 15,
} as const;

export interface ResultMeaning {
  readonly name: string;
  /** One clause for people. */
  readonly sentence: string;
  readonly fix: string;
}
const retry = "try again; if it stays so, look at the host's TerminalServices-RemoteConnectionManager event log";
const full = 'end sessions on the host, or raise its limit of connections';
const parameters = "send the domain parameters of an ordinary RDP client, and look at the host's event log";
const row = (name: string, sentence: string, fix: string = retry): ResultMeaning => ({ name, sentence, fix });
const results: readonly ResultMeaning[] = [
  row('rt-successful', 'the host agrees'),
  row('rt-domain-merging', 'the host is merging domains'),
  row('rt-domain-not-hierarchical', "the host's domains do not form a tree"),
  row('rt-no-such-channel', 'the host knows no such channel', 'join only the channels that the host assigned'),
  row('rt-no-such-domain', 'the host knows no such domain', 'check that the address is that of a Remote Desktop host'),
  row('rt-no-such-user', 'the host knows no such user channel', 'join with the user id that the host assigned'),
  row('rt-not-admitted', 'the host does not admit us to the channel', 'check what the host redirects by policy'),
  row('rt-other-user-id', 'the channel belongs to another user', 'join with the user id that the host assigned'),
  row('rt-parameters-unacceptable', 'the host does not accept the domain parameters', parameters),
  row('rt-token-not-available', 'a token is not available'),
  row('rt-token-not-possessed', 'a token is not possessed'),
  row('rt-too-many-channels', 'the host has no channels left', 'ask for fewer static channels'),
  row('rt-too-many-tokens', 'the host has no tokens left'),
  row('rt-too-many-users', 'the host takes no more users', full),
  row('rt-unspecified-failure', 'the host gives no reason'),
  row('rt-user-rejected', 'the host rejects the connection', full),
];
const unknownResult = (code: number) => row(`result ${code}`, 'the host refuses with a result that T.125 does not name');
/** What a result says; the host is whoever sent it. */
export const resultMeaning = (code: number): ResultMeaning => results[code] ?? unknownResult(code);
