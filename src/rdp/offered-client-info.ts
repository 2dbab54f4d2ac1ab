import { addressFamily, type ExtendedInfoPacket, type InfoPacket, infoFlag } from './client-info.ts';
import { coordinatedUniversalTime } from './time-zone.ts';

/** What every client says: xrdp takes one that leaves out any of the first five for a broken one. */
const usualFlags =
  infoFlag.mouse |
  infoFlag.disableCtrlAltDel |
  infoFlag.unicode |
  infoFlag.maximizeShell |
  infoFlag.logonNotify |
  infoFlag.logonErrors;
/** Wallpaper, dragging, menu animations and themes are nobody's here, [MS-RDPBCGR] 2.2.1.11.1.1.1. */
const NO_DECORATION = 0x0f;
const emptyText = new Uint8Array(2);
const extraInfo: ExtendedInfoPacket = {
  clientAddressFamily: addressFamily.inet,
  clientAddress: emptyText,
  clientDir: emptyText,
  clientTimeZone: coordinatedUniversalTime,
  clientSessionId: 0,
  performanceFlags: NO_DECORATION,
  autoReconnectCookie: new Uint8Array(),
};
export interface OfferedClientInfo {
  /** Empty for a card, whose certificate says who it is; a hint where certificates are mapped with one. */
  readonly userName: string;
  /** Octets of the wire; the owner wipes them. */
  readonly password: Uint8Array;
}
/** Client Info of nobody: the host shows its logon screen. */
export const clientInfoOfNobody = (): InfoPacket => ({
  codePage: 0,
  flags: usualFlags,
  domain: '',
  userName: '',
  password: new Uint8Array(),
  alternateShell: '',
  workingDir: '',
  extraInfo,
});
/** Client Info of a card's holder: the PIN, to be used without asking. */
export const clientInfoOfCard = ({ userName, password }: OfferedClientInfo): InfoPacket => ({
  ...clientInfoOfNobody(),
  flags: usualFlags | infoFlag.autologon | infoFlag.passwordIsScPin,
  userName,
  password,
});
