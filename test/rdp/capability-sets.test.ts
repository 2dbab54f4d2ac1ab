import { describe, expect, it } from 'vitest';
import { capabilitySet, capabilityType, editCapability, findCapability } from '../../src/rdp/capability-sets.ts';
import { confirmActive } from '../../src/rdp/confirm-active.ts';
import { demandActive } from '../../src/rdp/demand-active.ts';
import {
  bitmapCacheHostSupportCapability,
  bitmapCapability,
  brushCapability,
  glyphCacheCapability,
  offscreenCacheCapability,
  orderCapability,
  pointerCapability,
} from '../../src/rdp/drawing-capabilities.ts';
import { offeredCapabilities } from '../../src/rdp/offered-capabilities.ts';
import {
  activationCapability,
  controlCapability,
  fontCapability,
  generalCapability,
  generalFlag,
  inputCapability,
  multifragmentUpdateCapability,
  shareCapability,
  soundCapability,
  virtualChannelCapability,
} from '../../src/rdp/session-capabilities.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import * as vector from '../vectors/rdp/active.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { refusal } from '../wire/refusal.ts';

const demand = decode(demandActive, bytes(vector.demandActive));
const confirm = decode(confirmActive, bytes(vector.confirmActive));
const all = [
  generalCapability,
  shareCapability,
  controlCapability,
  activationCapability,
  virtualChannelCapability,
  inputCapability,
  soundCapability,
  fontCapability,
  multifragmentUpdateCapability,
  bitmapCapability,
  orderCapability,
  pointerCapability,
  brushCapability,
  glyphCacheCapability,
  offscreenCacheCapability,
  bitmapCacheHostSupportCapability,
];

describe('Demand and Confirm Active', () => {
  it('come back as they came', () => {
    expect(hex(encode(demandActive, demand))).toBe(hex(bytes(vector.demandActive)));
    expect(hex(encode(confirmActive, confirm))).toBe(hex(bytes(vector.confirmActive)));
  });
  it('carry their sets in order', () => {
    expect([demand.shareId, demand.sessionId, confirm.originatorId]).toEqual([0x0001_03ea, 0, 1002]);
    expect(demand.capabilitySets.map(({ type }) => type)).toEqual([9, 1, 20, 22, 14, 2, 3, 10, 18, 8, 13, 23, 24]);
    expect(confirm.capabilitySets.map(({ type }) => type)).toEqual([
      1, 2, 3, 19, 10, 7, 5, 8, 9, 13, 12, 14, 16, 15, 17, 20, 21, 22,
    ]);
  });
  it('say what Windows says', () => {
    expect(findCapability(demand.capabilitySets, generalCapability)).toMatchObject({ extraFlags: 0x041d, refreshRectSupport: 1 });
    expect(findCapability(demand.capabilitySets, virtualChannelCapability)).toEqual({ flags: 2, chunkSize: 1600 });
    expect(findCapability(demand.capabilitySets, inputCapability)).toMatchObject({ inputFlags: 0x35 });
    expect(findCapability(demand.capabilitySets, shareCapability)).toEqual({ nodeId: 1002, pad2octets: 0xe2dc });
    expect(findCapability(confirm.capabilitySets, bitmapCapability)).toMatchObject({ desktopWidth: 1280, desktopHeight: 1024 });
    expect(findCapability(confirm.capabilitySets, orderCapability)).toMatchObject({ orderFlags: 0x2a, desktopSaveSize: 230_400 });
    expect(findCapability(confirm.capabilitySets, pointerCapability)).toMatchObject({ pointerCacheSize: 21 });
    expect(findCapability(confirm.capabilitySets, multifragmentUpdateCapability)).toBeUndefined();
  });
  it.each(all.map((capability) => [capability.type, capability] as const))(
    'set %i can be rewritten without a change',
    (_, one) => {
      for (const { capabilitySets } of [demand, confirm]) {
        expect(editCapability(capabilitySets, one as typeof generalCapability, (value) => value)).toEqual(capabilitySets);
      }
    },
  );
  it('change in the one field that is edited', () => {
    const edited = editCapability(confirm.capabilitySets, generalCapability, (v) => ({
      ...v,
      extraFlags: v.extraFlags | generalFlag.longCredentials,
    }));
    expect(findCapability(edited, generalCapability)?.extraFlags).toBe(0x041d);
    const cleared = editCapability(confirm.capabilitySets, virtualChannelCapability, (v) => ({ ...v, flags: 0 }));
    const was = hex(bytes(vector.confirmActive));
    expect(hex(encode(confirmActive, { ...confirm, capabilitySets: cleared }))).toBe(
      was.replace('14000c0001000000', '14000c0000000000'),
    );
  });
  it('keep octets that no set accounts for', () => {
    const odd = '01000000 0000 0600 0000 0000 abcd';
    expect(hex(encode(demandActive, decode(demandActive, bytes(odd))))).toBe(hex(bytes(odd)));
  });
});

describe('the sets of xrdp', () => {
  const { capabilitySets, ...rest } = decode(demandActive, bytes(vector.demandActiveOfXrdp));
  it('come back as they came', () => {
    expect(hex(encode(demandActive, { ...rest, capabilitySets }))).toBe(hex(bytes(vector.demandActiveOfXrdp)));
  });
  it('support no multiple rectangles', () => {
    expect(findCapability(capabilitySets, bitmapCapability)).toMatchObject({ desktopWidth: 1024, multipleRectangleSupport: 0 });
  });
  it('have a Font set without a body, which stays without', () => {
    expect(findCapability(capabilitySets, fontCapability)).toEqual({});
    expect(editCapability(capabilitySets, fontCapability, (value) => value)).toEqual(capabilitySets);
  });
  it('do not announce long credentials, nor a size of chunks', () => {
    expect(findCapability(capabilitySets, generalCapability)?.extraFlags).toBe(0x0401);
    expect(findCapability(capabilitySets, virtualChannelCapability)).toBeUndefined();
  });
});

describe('wrong in one way', () => {
  it.each([
    [
      'a set shorter than its header',
      '01000000 0000 0800 0100 0000 0100 0300',
      'capabilitySets.0 at byte 16: capability set of 3 octets',
    ],
    ['a set longer than all', '01000000 0000 0800 0100 0000 0100 ff00', 'capabilitySets.0 at byte 16: needs 251 bytes, 0 left'],
    ['more sets than there are', '01000000 0000 0800 0200 0000 0100 0400', 'capabilitySets.1 at byte 16: needs 2 bytes, 0 left'],
    ['65 sets announced', '01000000 0000 0400 4100 0000', 'input at byte 10: 65 capability sets, over 64'],
    ['all longer than the PDU', '01000000 0000 ffff 0000', 'capabilitySets at byte 8: needs 65535 bytes, 2 left'],
  ])('%s', (_, input, reason) => expect(refusal(demandActive, input)).toBe(reason));
});

it('a client that draws nothing offers what the clause makes mandatory, and no compression of channels', () => {
  const keyboard = { keyboardLayout: 0x409, keyboardType: 4, keyboardSubType: 0, keyboardFunctionKey: 12 };
  const offered = offeredCapabilities({ desktopWidth: 1024, desktopHeight: 768, bitsPerPixel: 32, ...keyboard });
  const { general, bitmap, order, bitmapCache, pointer, input, brush, glyphCache, offscreenCache, virtualChannel, sound } =
    capabilityType;
  const mandatory = [
    general,
    bitmap,
    order,
    bitmapCache,
    pointer,
    input,
    brush,
    glyphCache,
    offscreenCache,
    virtualChannel,
    sound,
  ];
  expect(offered.map(({ type }) => type)).toEqual(expect.arrayContaining(mandatory));
  expect(findCapability(offered, virtualChannelCapability)?.flags).toBe(0);
  expect(findCapability(offered, generalCapability)?.extraFlags).toBe(0x0405);
  expect(encode(capabilitySet, offered.find(({ type }) => type === order) ?? { type: 0, data: bytes('') }).length).toBe(88);
});
