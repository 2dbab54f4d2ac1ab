import { describe, expect, it } from 'vitest';
import { DynamicChannels } from '../../src/gateway/dynamic-channels.ts';
import { DecodeError } from '../../src/wire/cursor.ts';
import { bytes } from '../wire/annotated-hex.ts';

const ascii = (text: string) => Buffer.from(`${text}\0`, 'latin1').toString('hex');
const chunk = (flags: string, part: string) => bytes(`40000000 ${flags} ${part}`);
const [FIRST, NEXT, LAST, ALONE] = ['01000000', '00000000', '02000000', '03000000'] as const;

// What a message was stood in its first chunk, which may be empty: touches came in the next one, before anybody was logged on.
describe('a message of a dynamic channel', () => {
  const at = () => {
    const channels = new DynamicChannels([]);
    channels.create(chunk(ALONE, `10 05 ${ascii('Microsoft::Windows::RDS::Input')}`));
    return channels;
  };
  it('that begins with nothing ends the session, whoever says it', () => {
    expect(() => at().fromClient(chunk(FIRST, ''), false)).toThrow(DecodeError);
    expect(() => at().fromHost(chunk(FIRST, ''))).toThrow(DecodeError);
  });
  it('that is over has no more chunks', () => {
    const channels = at();
    const said = [chunk(ALONE, '30 05 11'), chunk(NEXT, `10 08 ${ascii('AUDIO_INPUT')}`), chunk(LAST, '30 08 11')];
    expect(said.map((each) => channels.fromHost(each))).toEqual(['pass', 'drop', 'drop']);
    const typed = [chunk(ALONE, '50 00 0300'), chunk(NEXT, '30 05 11')];
    expect(typed.map((each) => channels.fromClient(each, false))).toEqual(['pass', 'drop']);
  });
});
