import { expect, it } from 'vitest';
import { type Home, mayfly, newHome } from '../cli/mayfly.ts';

const home: Home = newHome();
// An empty name dialled this machine's own RDP port, a SID that is none was "another account", and one without an account was passed over.
it.each([
  [[''], 'is no name of a host'],
  [['desk 1'], 'is no name of a host'],
  [['--account', ''], 'no account is named'],
  [['--sid', 'S-1-5-21-1-2-3-1105'], 'none is named'],
  [['--group', 'staff'], 'none is named'],
  [['--account', 'alice', '--sid', 'nonsense'], 'is no SID'],
])('mayfly doctor refuses %j before it looks', async (operands, says) => {
  const { code, stdout, stderr } = await mayfly(home, 'doctor', ...operands);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain(says);
});
