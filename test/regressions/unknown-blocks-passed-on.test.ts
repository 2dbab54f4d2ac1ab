import { describe, expect, it } from 'vitest';
import { rewritten } from '../../src/gateway/rewrite-row.ts';
import { rewriteTable } from '../../src/gateway/rewrite-table.ts';
import { clientBlocks } from '../../src/rdp/client-blocks.ts';
import { infoPacket } from '../../src/rdp/client-info.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import { pacificClient, xfreerdp } from '../vectors/rdp/client-info.ts';
import { initialOfMstscValue } from '../vectors/rdp/mcs-connect.ts';
import { initialOfXfreerdpValue } from '../vectors/rdp/mcs-connect-recorded.ts';
import { bytes } from '../wire/annotated-hex.ts';

/** Blocks, flags and trailing fields that nobody here knew went to the host as they came: what is not known may be anything. */
const facts = { selectedProtocol: 2, hostFlags: 3, allowed: () => true };
const behind = (blocks: typeof initialOfMstscValue.conference.blocks) => {
  const written = encode(clientBlocks, rewritten(rewriteTable.settings, blocks, facts));
  return decode(clientBlocks, written);
};

describe('what a client says that nobody here knows', () => {
  it.each([
    ['mstsc', initialOfMstscValue],
    ['xfreerdp', initialOfXfreerdpValue],
  ])('is not in the settings that the host gets of %s, and all that is known is', (_, { conference }) => {
    const { blocks } = conference;
    const more = [...blocks, { kind: 'unknown', type: 0xc0ff, value: Uint8Array.of(1, 2, 3, 4) } as const];
    expect(behind(more)).toEqual(behind(blocks));
    const core = (of: typeof blocks) => of.find((block) => block.kind === 'core')?.value;
    const { clientName, keyboardLayout, desktopWidth, desktopHeight } = core(blocks) ?? {};
    expect(core(behind(blocks))).toMatchObject({ clientName, keyboardLayout, desktopWidth, desktopHeight });
    expect(behind(blocks).map(({ kind }) => kind)).toEqual(['core', 'cluster', 'security', 'network']);
  });
  it.each([
    ['mstsc', pacificClient],
    ['xfreerdp', xfreerdp],
  ])('is not in the Client Info that the host gets of %s, and its time zone and looks are', (_, packet) => {
    const info = decode(infoPacket, bytes(packet));
    const said = { userName: '', password: new Uint8Array(), mayChooseShell: false, hearsSound: true, maySpeak: true };
    const passed = (flags: number) => rewritten(rewriteTable.clientInfo, { ...info, flags }, said).flags;
    // A flag alone, beside Unicode: what it adds to what is always said.
    const added = Array.from({ length: 32 }, (__, bit) => (1 << bit) >>> 0).filter(
      (flag) => passed(flag | 0x10) !== passed(0x10),
    );
    expect(added).toEqual([0x100, 0x2000, 0x2_0000, 0x8_0000, 0x20_0000, 0x40_0000]);
    const { clientTimeZone, performanceFlags } = rewritten(rewriteTable.clientInfo, info, said).extraInfo ?? {};
    expect({ clientTimeZone, performanceFlags }).toEqual({
      clientTimeZone: info.extraInfo?.clientTimeZone,
      performanceFlags: info.extraInfo?.performanceFlags,
    });
  });
});
