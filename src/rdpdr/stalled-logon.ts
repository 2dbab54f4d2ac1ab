const SECOND = 1000;
type Row = readonly [patience: number, sentence: string, fix: string];

/**
 * How far a host got with a logon that is not over, the least first: how long it is given to get further, what it means when it
 * does not, and what to do. What Windows says of itself here it says nowhere else: it shows a logon screen and is silent.
 */
const table = {
  'channel-silent': [
    20 * SECOND,
    'the host does not redirect devices: it said nothing on the channel',
    'allow smart card redirection in the policies of the host; both rdpdr and rdpsnd have to be granted to the client',
  ],
  'no-card-call': [
    10 * SECOND,
    'the host took the smart card device and never asked it anything',
    'start the service SCardSvr on the host, and see whether a policy turns smart card redirection off',
  ],
  'device-refused': [
    0,
    'the host refused the smart card device',
    'allow smart card redirection: "Do not allow smart card device redirection" has to be off for the host',
  ],
  'reader-seen': [
    10 * SECOND,
    'the host sees the reader, and nothing there looks at the card',
    'see that the smart card credential provider of the host is not filtered out by a policy or by another provider',
  ],
  'card-opened': [
    10 * SECOND,
    'the host opened the card and did not read its certificate',
    "remove drivers on the host that take any PIV card; the card is for Windows' own driver",
  ],
  'certificate-read': [
    10 * SECOND,
    'the host read the certificate and gave no PIN',
    "compare the host's clock with the certificate, and see that neither a legal notice nor a prompt for passwords stops the logon",
  ],
  'pin-refused': [
    10 * SECOND,
    'the host gave a PIN that is not that of the card',
    'see that no person and no saved credential gives the PIN; every card has a new one',
  ],
  'pin-verified': [
    10 * SECOND,
    'the host gave the PIN and did not use the key',
    'it did not find the key container: try the other profile of provider and container',
  ],
  'key-refused': [
    10 * SECOND,
    'the host wanted an operation of the key that the card refused',
    'raise the ceiling of operations if the logon needs more of them; otherwise the card was already at its end',
  ],
  'key-used': [
    60 * SECOND,
    'the host used the key, and nobody was logged on',
    'the domain controller refused: ask it with `mayfly kdc probe`, and look at its event log',
  ],
} as const satisfies Readonly<Record<string, Row>>;
export type LogonStage = keyof typeof table;

export interface StalledLogon {
  readonly stage: LogonStage;
  /** Milliseconds that a host is given to get beyond it. */
  readonly patience: number;
  /** One clause for people. */
  readonly sentence: string;
  readonly fix: string;
}
const stages = Object.keys(table) as LogonStage[];
const ranks: ReadonlyMap<LogonStage, number> = new Map(stages.map((stage, rank) => [stage, rank]));

export const logonStages: readonly LogonStage[] = stages;
/** Whether a host that is at `stage` has not come as far as `other`. */
export const isBefore = (stage: LogonStage, other: LogonStage): boolean => (ranks.get(stage) ?? 0) < (ranks.get(other) ?? 0);
export function stalledLogon(stage: LogonStage): StalledLogon {
  const [patience, sentence, fix] = table[stage];
  return { stage, patience, sentence, fix };
}
