import { isLastLicense } from '../rdp/license.ts';
import type { SessionEvent } from '../rdp/session-event.ts';
import { type ClientState, newClient } from './farewell.ts';

/** A client that a relay has left. */
export interface LeftClient {
  /** Octets of its that nobody has read. */
  readonly held: Uint8Array;
  /** Whether it has been told nothing but whole PDUs. */
  readonly isWhole: boolean;
  /** Where it is; unknown of one that said what cannot be read. */
  readonly state: ClientState | undefined;
}
/** How far a client has come in what hosts demand of it: through licensing, into a share, and out of it again. */
export class ClientStanding {
  /** Whether what the host says of licences is for the client: one that another host has let through licensing hears no more of it. */
  readonly takesLicenses: boolean;
  readonly #isSentOn: boolean;
  #stage: ClientState['stage'];
  #shareId: number;
  #hasDemanded = false;
  #isConfirmed = false;
  /** @param before where another host left it */
  constructor(before: ClientState = newClient) {
    this.takesLicenses = before.stage === 'licensing';
    this.#isSentOn = before !== newClient;
    this.#stage = before.stage;
    this.#shareId = before.shareId;
  }
  /** Whether the host may still be licensing: nothing is taken for that once it has demanded the activation. */
  get isLicensing(): boolean {
    return !this.#hasDemanded;
  }
  /** Whether it has confirmed what the host demanded last. */
  get isActive(): boolean {
    return this.#isConfirmed;
  }
  /** It confirms a share: whether that is the one that the host demanded. */
  confirms(shareId: number): boolean {
    this.#isConfirmed = this.#stage === 'active' && (!this.#isSentOn || shareId === this.#shareId);
    return this.#isConfirmed;
  }
  /** What the host says to it. */
  happened(event: SessionEvent): void {
    if (event.kind === 'license' && isLastLicense(event.message)) this.#stage = 'licensed';
    if (event.kind !== 'demand-active' && event.kind !== 'deactivate-all') return;
    this.#isConfirmed = false;
    this.#stage = event.kind === 'demand-active' ? 'active' : 'licensed';
    if (event.kind !== 'demand-active') return;
    this.#hasDemanded = true;
    this.#shareId = event.demand.shareId;
  }
  /** @param skip octets of a PDU of its that nobody wants the rest of */
  state(skip: number): ClientState {
    return { stage: this.#stage, shareId: this.#shareId, skip };
  }
}
