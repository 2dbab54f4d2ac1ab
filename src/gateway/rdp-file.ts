/** What an RDP client needs to know to open a session at the gateway. */
export interface LaunchPlace {
  readonly host: string;
  readonly port: number;
  readonly handle: string;
  readonly token: string;
  /** Channels of the grant, as rules name them. */
  readonly channels: readonly string[];
}
/** Settings by which clients redirect what a grant may let through; where it does not, they are not to offer it. */
const redirections: readonly (readonly [setting: string, channels: readonly string[], granted: string, denied: string])[] = [
  ['redirectclipboard:i', ['clipboard-in', 'clipboard-out', 'clipboard-files'], '1', '0'],
  ['drivestoredirect:s', ['drives'], '*', ''],
  ['redirectprinters:i', ['printers'], '1', '0'],
  ['redirectcomports:i', ['ports'], '1', '0'],
  ['audiomode:i', ['audio-out'], '0', '2'],
  ['audiocapturemode:i', ['audio-in'], '1', '0'],
  ['camerastoredirect:s', ['camera'], '*', ''],
  ['usbdevicestoredirect:s', ['usb'], '*', ''],
  ['redirectwebauthn:i', ['web-authentication'], '1', '0'],
];

/**
 * A file that mstsc and others open, one setting a line. The client is given no credentials of its own to ask for or to keep; the token
 * in it is good once.
 */
export function rdpFile({ host, port, handle, token, channels }: LaunchPlace): string {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const lines = [
    `full address:s:${address}`,
    `alternate full address:s:${address}`,
    `loadbalanceinfo:s:${handle}`,
    `username:s:${token}`,
    'enablecredsspsupport:i:0',
    'negotiate security layer:i:1',
    'prompt for credentials:i:0',
    'promptcredentialonce:i:1',
    'authentication level:i:2',
    'autoreconnection enabled:i:0',
    'gatewayusagemethod:i:0',
    'redirectsmartcards:i:0',
    ...redirections.map(([setting, needed, granted, denied]) => {
      return `${setting}:${needed.some((name) => channels.includes(name)) ? granted : denied}`;
    }),
  ];
  return `${lines.join('\r\n')}\r\n`;
}
