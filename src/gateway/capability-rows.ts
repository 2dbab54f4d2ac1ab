import { type CapabilitySet, editCapability } from '../rdp/capability-sets.ts';
import { generalCapability, generalFlag, virtualChannelCapability, virtualChannelFlag } from '../rdp/session-capabilities.ts';
import type { RewriteRow } from './rewrite-row.ts';

type Row = RewriteRow<readonly CapabilitySet[], undefined>;
const noCompression: Row = {
  name: 'virtualChannel.flags',
  rule: 'nobody compresses channels: some of them are read',
  edit: (sets) => editCapability(sets, virtualChannelCapability, (value) => ({ ...value, flags: virtualChannelFlag.none })),
};
/** Demand Active, host to client. */
export const demandActiveRows: readonly Row[] = [noCompression];
/** Confirm Active, client to host. */
export const confirmActiveRows: readonly Row[] = [
  noCompression,
  {
    name: 'general.extraFlags',
    rule: 'whoever is logged on is told with long names; nobody reconnects without a card',
    edit: (sets) =>
      editCapability(sets, generalCapability, (value) => ({
        ...value,
        extraFlags: (value.extraFlags | generalFlag.longCredentials) & ~generalFlag.autoReconnect,
      })),
  },
];
