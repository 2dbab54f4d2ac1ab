import type { ClientBlock } from '../rdp/client-blocks.ts';

/** [MS-RDPBCGR] 2.2.1.3.6 and 2.2.1.3.9: at most 16 monitors of 20 octets each, behind flags that are zero. */
const MOST_MONITORS = 16;
const MONITOR = 20;
const word = (octets: Uint8Array, at: number) => new DataView(octets.buffer, octets.byteOffset).getUint32(at, true);

/** Whether `head` octets are followed by as many monitors as their last word says. */
function isList(octets: Uint8Array, head: number): boolean {
  if (octets.length < head || word(octets, 0) !== 0) return false;
  const count = word(octets, head - 4);
  return 0 < count && count <= MOST_MONITORS && octets.length === head + count * MONITOR;
}
/** False for a block about monitors that is not what it says; all other blocks are not looked at. */
export function isMonitorLayout(block: ClientBlock): boolean {
  if (block.kind === 'monitor') return isList(block.value, 8);
  if (block.kind === 'monitorExtended') return isList(block.value, 12) && word(block.value, 4) === MONITOR;
  return true;
}
