import type { ControlPdu } from './share-control.ts';
import { dataPdu, pduType2 } from './share-data.ts';

interface From {
  readonly shareId: number;
  readonly pduSource: number;
}
/** Shutdown Request PDU, [MS-RDPBCGR] 2.2.2.2: a client asks to close; it is a header alone. */
export const shutdownRequest = (from: From): ControlPdu =>
  dataPdu({ ...from, type: pduType2.shutdownRequest, body: new Uint8Array() });
/** Shutdown Request Denied PDU, [MS-RDPBCGR] 2.2.2.3: a user is logged on, so that closing would leave the session. */
export const shutdownDenied = (from: From): ControlPdu =>
  dataPdu({ ...from, type: pduType2.shutdownDenied, body: new Uint8Array() });
