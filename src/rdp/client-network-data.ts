import type { Codec } from '../wire/codec.ts';
import { list, octets, record, trailing, u32 } from './record.ts';

/** Options of a static channel, [MS-RDPBCGR] 2.2.1.3.4.1: CHANNEL_OPTION_*. Hosts heed few of them. */
export const channelOption = {
  initialized: 0x8000_0000,
  encryptRdp: 0x4000_0000,
  encryptSc: 0x2000_0000,
  encryptCs: 0x1000_0000,
  priHigh: 0x0800_0000,
  priMed: 0x0400_0000,
  priLow: 0x0200_0000,
  compressRdp: 0x0080_0000,
  compress: 0x0040_0000,
  showProtocol: 0x0020_0000,
  remoteControlPersistent: 0x0010_0000,
} as const;
/** 2.2.1.3.4: more are refused by every host. */
export const MOST_CHANNELS = 31;
const NAME = 8;

/** CHANNEL_DEF, 2.2.1.3.4.1. */
export interface ChannelDefinition {
  /** Up to the first NUL, one character for one octet: what the host goes by. */
  readonly name: string;
  /** What a client left behind that NUL, if it is not zeroes. */
  readonly behindName?: Uint8Array;
  readonly options: number;
}
const nameOctets = octets(NAME);
const channelDefinition: Codec<ChannelDefinition> = {
  read(r) {
    const all = nameOctets.read(r);
    const end = all.includes(0) ? all.indexOf(0) : NAME;
    const name = String.fromCharCode(...all.subarray(0, end));
    const behind = all.subarray(end + 1);
    const options = u32.read(r);
    return behind.some((octet) => octet !== 0) ? { name, behindName: behind, options } : { name, options };
  },
  write(w, { name, behindName = new Uint8Array(), options }) {
    const used = name.length + (behindName.length > 0 ? 1 + behindName.length : 0);
    if (NAME < used || /[^\x01-\xff]/.test(name)) throw w.fail('a channel name is not 8 octets without NUL');
    const all = new Uint8Array(NAME);
    all.set(Uint8Array.from(name, (c) => c.charCodeAt(0)));
    all.set(behindName, behindName.length > 0 ? name.length + 1 : 0);
    nameOctets.write(w, all);
    u32.write(w, options);
  },
};
/** TS_UD_CS_NET, 2.2.1.3.4: the static virtual channels a client asks for. */
export const clientNetworkData = record({ channels: list(u32, channelDefinition, MOST_CHANNELS), trailing });
