/** Reason of an MCS Disconnect Provider Ultimatum, T.125 7 part 2, as RDP's servers use it. */
export interface DisconnectReason {
  readonly name: string;
  /** One clause for people. */
  readonly sentence: string;
}
const reasons: readonly DisconnectReason[] = [
  { name: 'rn-domain-disconnected', sentence: 'the connection was ended from the other side' },
  { name: 'rn-provider-initiated', sentence: 'the host ended the connection' },
  { name: 'rn-token-purged', sentence: 'the connection was ended over a token' },
  { name: 'rn-user-requested', sentence: 'the session was ended or left by its user' },
  { name: 'rn-channel-purged', sentence: 'the connection was ended over a channel' },
];
export const disconnectReason = (code: number): DisconnectReason =>
  reasons[code] ?? { name: `reason ${code}`, sentence: 'the host ended the connection for a reason unknown here' };
