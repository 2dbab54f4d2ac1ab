import { describe, expect, it } from 'vitest';
import { type RewriteRow, rewritten } from '../../src/gateway/rewrite-row.ts';
import { rewriteTable } from '../../src/gateway/rewrite-table.ts';
import type { SettingsFacts } from '../../src/gateway/settings-rows.ts';
import { capabilityOf, findCapability } from '../../src/rdp/capability-sets.ts';
import type { ClientBlock } from '../../src/rdp/client-blocks.ts';
import { type InfoPacket, infoFlag, infoPacket } from '../../src/rdp/client-info.ts';
import { blockOf } from '../../src/rdp/gcc-blocks.ts';
import { responseFlag } from '../../src/rdp/negotiation-code.ts';
import { offeredCapabilities } from '../../src/rdp/offered-capabilities.ts';
import { clientInfoOfNobody } from '../../src/rdp/offered-client-info.ts';
import { offeredSettings } from '../../src/rdp/offered-settings.ts';
import type { SaveSessionInfo } from '../../src/rdp/save-session-info.ts';
import { generalCapability, generalFlag, virtualChannelCapability } from '../../src/rdp/session-capabilities.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import { octetsOf } from '../../src/wire/utf-16.ts';
import { screen } from '../rdp/connected-client.ts';

const covered = new Set<string>();
/** One row alone. */
function alone<T, Facts>(section: keyof typeof rewriteTable, rows: readonly RewriteRow<T, Facts>[], name: string) {
  const found = rows.find((each) => each.name === name);
  if (!found) throw new Error(`no row ${name}`);
  covered.add(`${section}: ${name}`);
  return found.edit;
}
const facts: SettingsFacts = { selectedProtocol: 2, hostFlags: 3, allowed: (name) => name === 'cliprdr' };
const channel = (name: string) => ({ name, options: 0 });
const blocks: readonly ClientBlock[] = offeredSettings({
  ...{ offer: screen, clientName: 'client', selectedProtocol: 1, extendedClientData: true },
  channels: [channel('rdpsnd'), channel('cliprdr'), channel('secret')],
}).conference.blocks;
const settings = (name: string, given: readonly ClientBlock[] = blocks, of: SettingsFacts = facts): readonly ClientBlock[] =>
  alone('settings', rewriteTable.settings, name)(given, of);
const core = (of: readonly ClientBlock[]) => blockOf(of, 'core');
const withCore = (edit: object): readonly ClientBlock[] =>
  blocks.map((block) => (block.kind === 'core' ? { ...block, value: { ...block.value, ...edit } } : block));
const channelsOf = (of: readonly ClientBlock[]) => blockOf(of, 'network')?.channels.map(({ name }) => name);

describe('what is rewritten of the settings', () => {
  it('core.serverSelectedProtocol: the host’s, and every field before it is there', () => {
    const name = 'core.serverSelectedProtocol';
    expect(core(settings(name))?.serverSelectedProtocol).toBe(2);
    const short = decodedCore(settings(name, blocks.map(shortCore)));
    expect(short).toMatchObject({ earlyCapabilityFlags: 0, clientDigProductId: '', serverSelectedProtocol: 2 });
  });
  it('core.clientBuild: no less than hosts want for all calls', () => {
    const build = (clientBuild: number) => core(settings('core.clientBuild', withCore({ clientBuild })))?.clientBuild;
    expect([build(0), build(3790), build(7064), build(7065), build(22_621)]).toEqual([18_363, 18_363, 18_363, 7065, 22_621]);
  });
  it('core.earlyCapabilityFlags: errors are told, joins are made, graphics as the host has them', () => {
    const flags = (hostFlags: number) =>
      core(settings('core.earlyCapabilityFlags', withCore({ earlyCapabilityFlags: 0xfdfe }), { ...facts, hostFlags }))
        ?.earlyCapabilityFlags;
    expect([flags(responseFlag.dynvcGfxProtocolSupported), flags(0)]).toEqual([0x017f, 0x007f]);
  });
  it('unknown blocks, core.trailing, monitors: what nobody here knows is dropped', () => {
    const monitors = (kind: 'monitor' | 'monitorExtended', ...words: readonly number[]): ClientBlock => ({
      kind,
      value: new Uint8Array(Uint32Array.from([...words, ...Array<number>(5).fill(9)]).buffer),
    });
    const more: readonly ClientBlock[] = [...blocks, { kind: 'unknown', type: 0xc00b, value: new Uint8Array(4) }];
    expect(settings('unknown blocks', more)).toEqual(blocks);
    const trailed = core(settings('core.trailing', withCore({ trailing: new Uint8Array(4) })));
    expect(trailed).toMatchObject({ clientName: 'client' });
    expect(trailed?.trailing).toBeUndefined();
    const good = [monitors('monitor', 0, 1), monitors('monitorExtended', 0, 20, 1)];
    const bad = [monitors('monitor', 0, 2), monitors('monitor', 1, 1), monitors('monitorExtended', 0, 24, 1)];
    expect(settings('monitors', [...blocks, ...good, ...bad])).toEqual([...blocks, ...good]);
  });
  it('network.channels: each once, with options that have a name', () => {
    const twice = { name: 'cliprdr', behindName: Uint8Array.of(1), options: 0xffff_ffff };
    const given: readonly ClientBlock[] = [
      { kind: 'network', value: { channels: [twice, twice, channel('rdpdr'), channel('rdpdr')] } },
    ];
    expect(blockOf(settings('network.channels', given), 'network')?.channels).toEqual([
      { name: 'cliprdr', options: 0xfef0_0000 },
      { name: 'rdpdr', options: 0x8080_0000 },
      { name: 'rdpsnd', options: 0xc000_0000 },
    ]);
  });
  it('security: none within TLS', () => {
    const rsa = blocks.map(
      (block): ClientBlock => (block.kind === 'security' ? { ...block, value: { encryptionMethods: 3 } } : block),
    );
    const none = { encryptionMethods: 0, extEncryptionMethods: 0 };
    expect(blockOf(settings('security', rsa), 'security')).toEqual(none);
    expect(blockOf(settings('security', []), 'security')).toEqual(none);
  });
  it('network.channels: without those that are denied, with those of the card', () => {
    const name = 'network.channels';
    expect(channelsOf(settings(name))).toEqual(['rdpsnd', 'cliprdr', 'rdpdr']);
    expect(channelsOf(settings(name, []))).toEqual(['rdpdr', 'rdpsnd']);
    const all = (count: number): readonly ClientBlock[] => [
      { kind: 'network', value: { channels: Array.from({ length: count }, (_, i) => channel(`c${i}`)) } },
    ];
    const allowed = { ...facts, allowed: () => true };
    expect(channelsOf(settings(name, all(29), allowed))).toHaveLength(31);
    expect(() => settings(name, all(30), allowed)).toThrow('the client asks for 32 channels');
  });
  it('cluster: ours, with a session only where a host names one', () => {
    const of = (redirectedSessionId?: number) => blockOf(settings('cluster', [], { ...facts, redirectedSessionId }), 'cluster');
    expect([of(), of(7)]).toEqual([
      { flags: 0x4d, redirectedSessionId: 0 },
      { flags: 0x4f, redirectedSessionId: 7 },
    ]);
    const mine: ClientBlock = { kind: 'cluster', value: { flags: 2, redirectedSessionId: 9 } };
    expect(settings('cluster', [mine])).toEqual(settings('cluster', []));
  });
  it('messageChannel, multitransport: removed', () => {
    const more: readonly ClientBlock[] = [...blocks, { kind: 'multitransport', value: { flags: 0 } }];
    const kinds = (name: string) => settings(name, more).map(({ kind }) => kind);
    expect(kinds('messageChannel')).not.toContain('messageChannel');
    expect(kinds('multitransport')).not.toContain('multitransport');
  });
  it('extended blocks: for hosts that take them', () => {
    const monitors: readonly ClientBlock[] = [...blocks, { kind: 'monitor', value: new Uint8Array(8) }];
    const kinds = (hostFlags: number) => settings('extended blocks', monitors, { ...facts, hostFlags }).map(({ kind }) => kind);
    expect(kinds(1)).toContain('monitor');
    expect(kinds(0)).toEqual(['core', 'cluster', 'security', 'network']);
  });
});
const shortCore = (block: ClientBlock): ClientBlock => {
  if (block.kind !== 'core') return block;
  const { version, desktopWidth, desktopHeight, colorDepth, sasSequence, keyboardLayout, clientBuild, clientName } = block.value;
  const { keyboardType, keyboardSubType, keyboardFunctionKey, imeFileName } = block.value;
  const first = { version, desktopWidth, desktopHeight, colorDepth, sasSequence, keyboardLayout, clientBuild, clientName };
  return { kind: 'core', value: { ...first, keyboardType, keyboardSubType, keyboardFunctionKey, imeFileName } };
};
const decodedCore = (of: readonly ClientBlock[]) => core(of);

const pin = octetsOf('12345678');
const infoFacts = { userName: 'hint', password: pin, mayChooseShell: false, hearsSound: false, maySpeak: false };
const info = {
  ...clientInfoOfNobody(),
  ...{ domain: 'D', userName: 'token', password: octetsOf('secret'), alternateShell: 'cmd.exe', workingDir: 'C:\\' },
};
const clientInfo = (name: string, given: InfoPacket, of = infoFacts): InfoPacket =>
  alone('clientInfo', rewriteTable.clientInfo, name)(given, of);
describe('what is rewritten of the Client Info', () => {
  it('encoding: texts of an ANSI client become Unicode', () => {
    const { extraInfo } = info;
    const dir = Uint8Array.from([0x43, 0]);
    const ansi = { ...info, codePage: 1252, flags: info.flags & ~infoFlag.unicode, alternateShell: 'caf\xe9' };
    const given = { ...ansi, extraInfo: extraInfo && { ...extraInfo, clientAddress: new Uint8Array(1), clientDir: dir } };
    const got = clientInfo('encoding', given);
    expect([got.codePage, got.flags & infoFlag.unicode, got.alternateShell]).toEqual([0, infoFlag.unicode, 'caf?']);
    expect(got.extraInfo?.clientDir).toEqual(Uint8Array.from([0x43, 0, 0, 0]));
    expect(clientInfo('encoding', info)).toBe(info);
  });
  it('flags: PIN, autologon, notifications; no compression', () => {
    const given = { ...info, flags: infoFlag.compression | 0x1e00 | infoFlag.usingSavedCreds | infoFlag.mouseHasWheel };
    expect(clientInfo('flags', given).flags).toBe(0x0007_007b);
    expect(clientInfo('flags', { ...info, flags: 0x000b_47fb }).flags).toBe(0x000f_017b);
    expect(clientInfo('flags', { ...info, flags: 0xffff_ffff }).flags).toBe(0x006f_217b);
  });
  it('credentials: the PIN and nothing of the client’s', () => {
    expect(clientInfo('credentials', info)).toMatchObject({ domain: '', userName: 'hint', password: pin });
  });
  it('shell: the host’s own', () => {
    expect(clientInfo('shell', info)).toMatchObject({ alternateShell: '', workingDir: '' });
    expect(clientInfo('shell', info, { ...infoFacts, mayChooseShell: true })).toBe(info);
  });
  it('audio: the ways that are granted', () => {
    const both = { ...info, flags: infoFlag.audioCapture | infoFlag.remoteConsoleAudio };
    expect(clientInfo('audio', both).flags).toBe(infoFlag.noAudioPlayback);
    expect(clientInfo('audio', both, { ...infoFacts, hearsSound: true, maySpeak: true })).toEqual(both);
  });
  it('extraInfo: what is known of it, and no field where there was none', () => {
    const { extraInfo } = info;
    const said = { performanceFlags: 0xffff_ffff, reserved1: 7, reserved2: 7, trailing: new Uint8Array(9) };
    const got = clientInfo('extraInfo', { ...info, extraInfo: extraInfo && { ...extraInfo, ...said } });
    expect(got.extraInfo).toMatchObject({ performanceFlags: 0x1ff, reserved1: 0, reserved2: 0 });
    expect(got.extraInfo?.trailing).toBeUndefined();
    const short = { clientAddressFamily: 2, clientAddress: new Uint8Array(2), clientDir: new Uint8Array(2) };
    const cut = clientInfo('extraInfo', { ...info, extraInfo: short });
    expect(encode(infoPacket, cut)).toEqual(encode(infoPacket, { ...info, extraInfo: short }));
  });
  it('autoReconnectCookie: none, and no field where there was none', () => {
    const { extraInfo } = info;
    const given = { ...info, extraInfo: extraInfo && { ...extraInfo, autoReconnectCookie: new Uint8Array(28) } };
    expect(clientInfo('autoReconnectCookie', given).extraInfo?.autoReconnectCookie).toHaveLength(0);
    const short = {
      ...info,
      extraInfo: { clientAddressFamily: 2, clientAddress: new Uint8Array(2), clientDir: new Uint8Array(2) },
    };
    expect(clientInfo('autoReconnectCookie', short)).toBe(short);
  });
  it('all of it is a Client Info that can be read', () => {
    const all = rewritten(rewriteTable.clientInfo, info, infoFacts);
    expect(decode(infoPacket, encode(infoPacket, all))).toMatchObject({ userName: 'hint', password: pin, alternateShell: '' });
  });
});

const sets = [
  ...offeredCapabilities(screen).filter(({ type }) => type !== 20),
  capabilityOf(virtualChannelCapability, { flags: 3, chunkSize: 4000 }),
];
describe('what is rewritten of capabilities and session info', () => {
  it.each(['demandActive', 'confirmActive'] as const)('%s: nobody compresses channels', (section) => {
    const got = alone(section, rewriteTable[section], 'virtualChannel.flags')(sets, undefined);
    expect(findCapability(got, virtualChannelCapability)).toEqual({ flags: 0, chunkSize: 4000 });
  });
  it('confirmActive: long names, no automatic reconnection', () => {
    const given = sets.map((set) =>
      set.type === 1
        ? capabilityOf(generalCapability, { ...findOf(), extraFlags: generalFlag.autoReconnect | generalFlag.fastPathOutput })
        : set,
    );
    const got = alone('confirmActive', rewriteTable.confirmActive, 'general.extraFlags')(given, undefined);
    expect(findCapability(got, generalCapability)?.extraFlags).toBe(generalFlag.longCredentials | generalFlag.fastPathOutput);
  });
  it('saveSessionInfo: no cookie', () => {
    const cookie: SaveSessionInfo = {
      kind: 'extended-info',
      info: { autoReconnectCookie: new Uint8Array(28), trailing: new Uint8Array() },
    };
    const got = alone('saveSessionInfo', rewriteTable.saveSessionInfo, 'autoReconnectCookie')(cookie, undefined);
    expect(got).toEqual({ kind: 'extended-info', info: { trailing: new Uint8Array() } });
  });
});
function findOf() {
  const found = findCapability(sets, generalCapability);
  if (!found) throw new Error('no general set');
  return found;
}
it('every row has its test', () => {
  const rows = Object.entries(rewriteTable).flatMap(([section, all]) => all.map(({ name }) => `${section}: ${name}`));
  expect([...covered].sort()).toEqual(rows.sort());
});
