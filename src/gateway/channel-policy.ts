/** Names that rules give to what may pass, see `channelNames` of the policy. */
export type GrantedChannels = readonly string[];

/** Static channels that may reach the host, each for any of these grants; one that is not named here never does. */
const staticChannels: Readonly<Record<string, readonly string[]>> = {
  cliprdr: ['clipboard-in', 'clipboard-out', 'clipboard-files'],
  rdpsnd: ['audio-out'],
  // What passes on it is decided channel by channel.
  drdynvc: [],
};
const has = (granted: GrantedChannels, names: readonly string[]) =>
  names.length === 0 || names.some((name) => granted.includes(name));

/** Whether a static channel of the client's may be made one with the host's. */
export function allowsStatic(granted: GrantedChannels, channel: string): boolean {
  const needed = Object.hasOwn(staticChannels, channel) ? staticChannels[channel] : undefined;
  return needed !== undefined && has(granted, needed);
}

const RDS = 'Microsoft::Windows::RDS::';
/** Dynamic channels by the beginning of their names; without a grant named, everybody has them. */
const dynamicChannels: readonly (readonly [name: string, granted: readonly string[], form?: 'prefix'])[] = [
  [`${RDS}Graphics`, []],
  [`${RDS}DisplayControl`, []],
  [`${RDS}Input`, []],
  [`${RDS}Geometry::v08.01`, []],
  ['AUDIO_PLAYBACK_DVC', ['audio-out']],
  ['AUDIO_PLAYBACK_LOSSY_DVC', ['audio-out']],
  ['AUDIO_INPUT', ['audio-in']],
  ['RDCamera_Device_', ['camera'], 'prefix'],
  ['URBDRC', ['usb']],
  ['WebAuthN_Channel', ['web-authentication']],
];
export const INPUT_CHANNEL = `${RDS}Input`;

/** Whether a host may open a dynamic channel to the client, [MS-RDPEDYC] 2.2.2.1. */
export const allowsDynamic = (granted: GrantedChannels, channel: string): boolean =>
  dynamicChannels.some(
    ([name, needed, form]) => (form === 'prefix' ? channel.startsWith(name) : channel === name) && has(granted, needed),
  );
