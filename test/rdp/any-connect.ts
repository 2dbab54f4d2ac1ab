import fc from 'fast-check';
import type { ClientBlock } from '../../src/rdp/client-blocks.ts';
import type { ClientCoreData } from '../../src/rdp/client-core-data.ts';
import type { ConnectInitial, ConnectResponse, DomainParameters } from '../../src/rdp/mcs-connect.ts';
import type { ServerBlock } from '../../src/rdp/server-blocks.ts';
import { plain } from './length-forms.ts';

const u8 = fc.nat(0xff);
const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffff_ffff);
const octets = fc.uint8Array({ maxLength: 40 });
const some = fc.uint8Array({ minLength: 1, maxLength: 40 });

const units = (most: number) =>
  fc.string({ unit: u16.map((unit) => String.fromCharCode(unit)), maxLength: most }).map((text) => text.replace(/\0+$/, ''));
const required = {
  version: u32,
  desktopWidth: u16,
  desktopHeight: u16,
  colorDepth: u16,
  sasSequence: u16,
  keyboardLayout: u32,
  clientBuild: u32,
  clientName: units(16),
  keyboardType: u32,
  keyboardSubType: u32,
  keyboardFunctionKey: u32,
  imeFileName: units(32),
};
const positional: readonly (readonly [keyof ClientCoreData, fc.Arbitrary<unknown>])[] = [
  ['postBeta2ColorDepth', u16],
  ['clientProductId', u16],
  ['serialNumber', u32],
  ['highColorDepth', u16],
  ['supportedColorDepths', u16],
  ['earlyCapabilityFlags', u16],
  ['clientDigProductId', units(32)],
  ['connectionType', u8],
  ['pad1octet', u8],
  ['serverSelectedProtocol', u32],
  ['desktopPhysicalWidth', u32],
  ['desktopPhysicalHeight', u32],
  ['desktopOrientation', u16],
  ['desktopScaleFactor', u32],
  ['deviceScaleFactor', u32],
  ['trailing', some],
];
/** With any number of the optional fields, from the first on. */
const anyCore = fc
  .nat(positional.length)
  .chain((n) => plain({ ...required, ...Object.fromEntries(positional.slice(0, n)) })) as unknown as fc.Arbitrary<ClientCoreData>;

const name = fc.string({ unit: fc.integer({ min: 1, max: 0xff }).map((c) => String.fromCharCode(c)), maxLength: 8 });
const channel = fc.oneof(
  plain({ name, options: u32 }),
  plain({ name: fc.constant('rdpdr'), behindName: fc.constant(Uint8Array.of(0x5a, 0)), options: u32 }),
);
const flags = plain({ flags: u32 });
const clientTypes = [0xc001, 0xc002, 0xc003, 0xc004, 0xc005, 0xc006, 0xc008, 0xc00a];
const unknown = (known: readonly number[]) =>
  plain({ kind: fc.constant('unknown'), type: u16.filter((type) => !known.includes(type)), value: octets });
const block = <const K extends string, T>(kind: K, value: fc.Arbitrary<T>) => plain({ kind: fc.constant(kind), value });
/** Any of them, each kind once at most, in any order. */
function anyBlocks<B>(kinds: readonly fc.Arbitrary<B>[]): fc.Arbitrary<readonly B[]> {
  return fc.shuffledSubarray([...kinds]).chain((chosen) => fc.tuple(...chosen));
}
const unknownClient: fc.Arbitrary<ClientBlock> = unknown(clientTypes);
export const anyClientBlocks: fc.Arbitrary<readonly ClientBlock[]> = anyBlocks<ClientBlock>([
  block('core', anyCore),
  block('security', plain({ encryptionMethods: u32, extEncryptionMethods: u32 })),
  block('network', plain({ channels: fc.array(channel, { maxLength: 31 }) })),
  block('cluster', plain({ flags: u32, redirectedSessionId: u32 })),
  block('monitor', octets),
  block('messageChannel', flags),
  block('monitorExtended', octets),
  block('multitransport', flags),
  unknownClient,
  unknownClient,
]);
const unknownServer: fc.Arbitrary<ServerBlock> = unknown([0x0c01, 0x0c02, 0x0c03, 0x0c04, 0x0c08]);
export const anyServerBlocks: fc.Arbitrary<readonly ServerBlock[]> = anyBlocks<ServerBlock>([
  block(
    'core',
    fc.oneof(
      plain({ version: u32 }),
      plain({ version: u32, clientRequestedProtocols: u32 }),
      plain({ version: u32, clientRequestedProtocols: u32, earlyCapabilityFlags: u32, trailing: some }),
    ),
  ),
  block(
    'security',
    fc.oneof(
      plain({ encryptionMethod: u32, encryptionLevel: u32 }),
      plain({ encryptionMethod: u32, encryptionLevel: u32, trailing: some }),
    ),
  ),
  block('network', plain({ ioChannelId: u16, channelIds: fc.array(u16, { maxLength: 31 }) })),
  block('messageChannel', plain({ channelId: u16 })),
  block('multitransport', flags),
  unknownServer,
  unknownServer,
]);

const anyParameters: fc.Arbitrary<DomainParameters> = plain({
  maxChannelIds: u32,
  maxUserIds: u32,
  maxTokenIds: u32,
  numPriorities: u32,
  minThroughput: u32,
  maxHeight: u32,
  maxMcsPduSize: u32,
  protocolVersion: u32,
});
const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 9 });
export const anyConnectInitial: fc.Arbitrary<ConnectInitial> = plain({
  callingDomainSelector: octets,
  calledDomainSelector: octets,
  upwardFlag: fc.boolean(),
  targetParameters: anyParameters,
  minimumParameters: anyParameters,
  maximumParameters: anyParameters,
  conference: plain({ conferenceName: digits, blocks: anyClientBlocks }),
});
export const anyConnectResponse: fc.Arbitrary<ConnectResponse> = fc.oneof(
  plain({ result: fc.integer({ min: 1, max: 15 }), calledConnectId: u32, domainParameters: anyParameters }),
  plain({
    result: fc.constant(0),
    calledConnectId: u32,
    domainParameters: anyParameters,
    conference: plain({
      nodeId: fc.integer({ min: 1001, max: 0xffff }),
      tag: fc.integer(),
      result: fc.nat(4),
      blocks: anyServerBlocks,
    }),
  }),
);
