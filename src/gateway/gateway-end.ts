/** What a client is told that asks for it, [MS-RDPBCGR] 2.2.5.1.1. */
const told = {
  disconnected: 0x0001,
  otherConnection: 0x0005,
  idle: 0x0003,
  timeIsUp: 0x0004,
  denied: 0x0007,
} as const;
interface Row {
  readonly sentence: string;
  readonly errorInfo: number;
  /** Whether the session is over with it: nobody comes back under the same grant. */
  readonly endsSession: boolean;
}
const row = (sentence: string, errorInfo: number, endsSession = false): Row => ({ sentence, errorInfo, endsSession });

/** THE table of how a gateway session ends: by its name in the journal. A sentence that somebody else gave stands in place of ours. */
export const gatewayEnds = {
  refused: row('the client may not come in', told.denied),
  'client-left': row('the client is gone', told.disconnected),
  'client-malformed': row('the client said what cannot be read', told.denied),
  'host-left': row('the host is gone', told.disconnected),
  'host-malformed': row('the host said what cannot be read', told.denied),
  'host-refused': row('the host refused the session', told.denied),
  'host-unreachable': row('the host cannot be reached', told.denied),
  'no-card': row('no card could be made', told.denied),
  'logon-failed': row('the logon failed', told.denied),
  'card-expired': row('the card ended before anybody was logged on', told.timeIsUp, true),
  'other-account': row('the host logged on another account than the one granted', told.denied, true),
  'logon-without-card': row('the host logged somebody on without the card', told.denied, true),
  idle: row('nobody used the session for too long', told.idle),
  'session-over': row('the session is over', told.timeIsUp),
  'no-longer-granted': row('rules or directory give the session no more', told.denied),
  'less-granted': row('the rules give the session less now: open it again', told.denied),
  'taken-over': row('the session was opened from somewhere else', told.otherConnection),
  internal: row('something went wrong in the gateway', told.denied),
  redirected: row('the host sends the session to another host', told.denied),
  shutdown: row('the service is stopping', told.disconnected),
} as const satisfies Readonly<Record<string, Row>>;
export type GatewayEndCause = keyof typeof gatewayEnds;
export interface GatewayEnd {
  readonly cause: GatewayEndCause;
  readonly sentence: string;
  /** Whom the host named, for the journal alone. */
  readonly loggedOn?: string | undefined;
}
export const gatewayEnd = (cause: GatewayEndCause, sentence: string = gatewayEnds[cause].sentence): GatewayEnd => ({
  cause,
  sentence,
});
