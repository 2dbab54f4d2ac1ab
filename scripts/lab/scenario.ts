import type { LabRun } from './lab-run.ts';
import { card } from './scenarios/card.ts';
import { directory } from './scenarios/directory.ts';
import { doctor } from './scenarios/doctor.ts';
import { gateway } from './scenarios/gateway.ts';
import { kdc } from './scenarios/kdc.ts';
import { kinit } from './scenarios/kinit.ts';
import { logons } from './scenarios/logons.ts';
import { nla } from './scenarios/nla.ts';
import { rdp } from './scenarios/rdp.ts';
import { rdpCard } from './scenarios/rdp-card.ts';
import { rotate } from './scenarios/rotate.ts';
import { service } from './scenarios/service.ts';
import { soak } from './scenarios/soak.ts';
import { ticket } from './scenarios/ticket.ts';

/** An acceptance scenario: what it shows, end to end, against real peers. It fails by a step that fails. */
export interface Scenario {
  readonly name: string;
  readonly summary: string;
  /** Milliseconds, where it takes longer than others may. */
  readonly limitMs?: number;
  readonly run: (lab: LabRun) => Promise<void>;
}

export const SCENARIOS: readonly Scenario[] = [
  kdc,
  card,
  kinit,
  ticket,
  logons,
  directory,
  rotate,
  rdp,
  rdpCard,
  nla,
  service,
  gateway,
  doctor,
  soak,
];
