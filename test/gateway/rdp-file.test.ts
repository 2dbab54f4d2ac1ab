import { describe, expect, it } from 'vitest';
import { rdpFile } from '../../src/gateway/rdp-file.ts';

const place = { host: 'gateway.corp.example', port: 3390, handle: 'h', token: 'h.secret' };
const linesOf = (channels: readonly string[], host = place.host) => rdpFile({ ...place, host, channels }).split('\r\n');

describe('an .rdp file', () => {
  it('names the gateway, the handle and the token, and leaves nothing to the client to ask', () => {
    expect(linesOf([])).toEqual([
      'full address:s:gateway.corp.example:3390',
      'alternate full address:s:gateway.corp.example:3390',
      'loadbalanceinfo:s:h',
      'username:s:h.secret',
      'enablecredsspsupport:i:0',
      'negotiate security layer:i:1',
      'prompt for credentials:i:0',
      'promptcredentialonce:i:1',
      'authentication level:i:2',
      'autoreconnection enabled:i:0',
      'gatewayusagemethod:i:0',
      'redirectsmartcards:i:0',
      'redirectclipboard:i:0',
      'drivestoredirect:s:',
      'redirectprinters:i:0',
      'redirectcomports:i:0',
      'audiomode:i:2',
      'audiocapturemode:i:0',
      'camerastoredirect:s:',
      'usbdevicestoredirect:s:',
      'redirectwebauthn:i:0',
      '',
    ]);
    expect(linesOf([], '::1')[0]).toBe('full address:s:[::1]:3390');
  });
  it('offers to redirect what is granted', () => {
    const granted = linesOf(['drives', 'clipboard-out', 'audio-out']);
    expect(granted).toEqual(expect.arrayContaining(['drivestoredirect:s:*', 'redirectclipboard:i:1', 'audiomode:i:0']));
    expect(granted).toEqual(expect.arrayContaining(['redirectprinters:i:0', 'redirectsmartcards:i:0']));
  });
});
