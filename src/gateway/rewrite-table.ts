import { type SaveSessionInfo, withoutCookie } from '../rdp/save-session-info.ts';
import { confirmActiveRows, demandActiveRows } from './capability-rows.ts';
import { clientInfoRows } from './client-info-rows.ts';
import type { RewriteRow } from './rewrite-row.ts';
import { settingsRows } from './settings-rows.ts';

const saveSessionInfoRows: readonly RewriteRow<SaveSessionInfo, undefined>[] = [
  {
    name: 'autoReconnectCookie',
    rule: 'removed: a secret that opens the session again',
    edit: withoutCookie,
  },
];
/** THE table of what the gateway changes between client and host. All else passes as it came. */
export const rewriteTable = {
  /** Connect-Initial, to the host. */
  settings: settingsRows,
  /** To the host. */
  clientInfo: clientInfoRows,
  /** To the client. */
  demandActive: demandActiveRows,
  /** To the host. */
  confirmActive: confirmActiveRows,
  /** To the client. */
  saveSessionInfo: saveSessionInfoRows,
} as const;
