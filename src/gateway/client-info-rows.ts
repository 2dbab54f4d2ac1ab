import { type InfoPacket, infoFlag } from '../rdp/client-info.ts';
import { octetsOf } from '../wire/utf-16.ts';
import type { RewriteRow } from './rewrite-row.ts';

/** What the gateway says instead of what the client said. */
export interface ClientInfoFacts {
  /** A hint where certificates are mapped with one, else empty. */
  readonly userName: string;
  /** The PIN as octets of the wire; whoever sends the packet wipes it. */
  readonly password: Uint8Array;
  /** Whether the client may name a program to begin with. */
  readonly mayChooseShell: boolean;
  /** Whether sound may come from the host, and go to it. */
  readonly hearsSound: boolean;
  readonly maySpeak: boolean;
}
type Row = RewriteRow<InfoPacket, ClientInfoFacts>;
const { unicode, autologon, passwordIsScPin, logonNotify, logonErrors, maximizeShell, disableCtrlAltDel, mouse } = infoFlag;
const SET = unicode | autologon | passwordIsScPin | logonNotify | logonErrors | maximizeShell | disableCtrlAltDel | mouse;
/** What a client may say besides; what is not here is cleared: compression, saved credentials, RemoteApp, and flags without a name. */
const PASSED =
  infoFlag.enableWindowsKey |
  infoFlag.mouseHasWheel |
  infoFlag.videoDisable |
  infoFlag.remoteConsoleAudio |
  infoFlag.noAudioPlayback |
  infoFlag.audioCapture;
/** TS_EXTENDED_INFO_PACKET performanceFlags, [MS-RDPBCGR] 2.2.1.11.1.1.1: wallpaper to desktop composition. */
const PERFORMANCE = 0x1ff;

/** An ANSI text's octets beyond ASCII mean what its code page says, which nobody here knows; they become question marks. */
const recoded = (text: string) => text.replace(/[^\0-\x7f]/g, '?');
const doubled = (octets: Uint8Array | undefined): Uint8Array | undefined =>
  octets && octetsOf(Array.from(octets, (octet) => String.fromCharCode(octet)).join(''));

/** Client Info, client to host. */
export const clientInfoRows: readonly Row[] = [
  {
    name: 'encoding',
    rule: 'texts become Unicode',
    edit: (info) => {
      if ((info.flags & unicode) !== 0) return info;
      const { extraInfo } = info;
      return {
        ...info,
        codePage: 0,
        flags: info.flags | unicode,
        alternateShell: recoded(info.alternateShell),
        workingDir: recoded(info.workingDir),
        extraInfo: extraInfo && {
          ...extraInfo,
          clientAddress: doubled(extraInfo.clientAddress) ?? new Uint8Array(),
          clientDir: doubled(extraInfo.clientDir) ?? new Uint8Array(),
        },
      };
    },
  },
  {
    name: 'flags',
    rule: 'the PIN is used without asking, the host tells how the logon went, nothing is compressed; of the rest what is known and allowed',
    edit: (info) => ({ ...info, flags: ((info.flags & PASSED) | SET) >>> 0 }),
  },
  {
    name: 'credentials',
    rule: 'name, domain and password of the client are dropped; the PIN takes their place',
    edit: (info, { userName, password }) => ({ ...info, domain: '', userName, password }),
  },
  {
    name: 'audio',
    rule: 'sound goes the ways that are granted',
    edit: (info, { hearsSound, maySpeak }) => {
      const { noAudioPlayback, audioCapture, remoteConsoleAudio } = infoFlag;
      const silenced = hearsSound ? info.flags : (info.flags | noAudioPlayback) & ~remoteConsoleAudio;
      return { ...info, flags: (maySpeak ? silenced : silenced & ~audioCapture) >>> 0 };
    },
  },
  {
    name: 'shell',
    rule: 'the program to begin with is the host’s, unless policy lets the client choose',
    edit: (info, { mayChooseShell }) => (mayChooseShell ? info : { ...info, alternateShell: '', workingDir: '' }),
  },
  {
    name: 'extraInfo',
    rule: 'flags and fields that nobody here knows are dropped',
    edit: (info) => {
      const { extraInfo } = info;
      if (!extraInfo) return info;
      const { performanceFlags, reserved1, reserved2 } = extraInfo;
      return {
        ...info,
        extraInfo: {
          ...extraInfo,
          performanceFlags: performanceFlags === undefined ? undefined : performanceFlags & PERFORMANCE,
          reserved1: reserved1 === undefined ? undefined : 0,
          reserved2: reserved2 === undefined ? undefined : 0,
          trailing: undefined,
        },
      };
    },
  },
  {
    name: 'autoReconnectCookie',
    rule: 'dropped: it would open a session without a card',
    edit: (info) =>
      info.extraInfo?.autoReconnectCookie === undefined
        ? info
        : { ...info, extraInfo: { ...info.extraInfo, autoReconnectCookie: new Uint8Array() } },
  },
];
