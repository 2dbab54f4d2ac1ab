import { expect, it } from 'vitest';
import { painted, pictureOf } from '../../src/gateway/painted-sentence.ts';
import { screenOf } from '../../src/gateway/shown-demand.ts';
import { blockOf } from '../../src/rdp/gcc-blocks.ts';
import { cardChannels, offeredSettings } from '../../src/rdp/offered-settings.ts';
import { screen } from '../rdp/connected-client.ts';

// A token that is no good had a screen of 8192 by 8192 painted, for more than a second in which nobody else was served.
it('a stranger has no more of a screen painted than people have', () => {
  const offer = { ...screen, desktopWidth: 8192, desktopHeight: 65_535 };
  const said = { offer, clientName: 'c', selectedProtocol: 1, extendedClientData: true, channels: cardChannels };
  const shown = screenOf(blockOf(offeredSettings(said).conference.blocks, 'core'));
  expect(shown).toEqual({ width: 3840, height: 2160, bitsPerPixel: 16 });
});
it('a row of the font is looked at once, however many rows of the screen it takes', () => {
  const picture = pictureOf({ width: 3840, height: 2160, bitsPerPixel: 16 }, ['why']);
  const rows = new Set<number>();
  let looks = 0;
  const counted = {
    ...picture,
    hasInk(x: number, y: number) {
      looks++;
      rows.add(y);
      return picture.hasInk(x, y);
    },
  };
  for (const update of painted(counted)) expect(update.length).toBeGreaterThan(0);
  expect([rows.size, looks]).toEqual([(picture.bottom - picture.top) / picture.size, rows.size * 3840]);
});
