import { expect, it, vi } from 'vitest';
import { print, table } from '../../src/cli/print.ts';

/** Labels of hosts come from attributes that a computer may write of itself, and went to the terminal as they were. */
it('what is printed for people steers no terminal', () => {
  const written: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  print(false, {}, [...table([['host', 'ts1\u001b[2J\u009b31m']]), 'os=\u202eniw\u2028', 'Jürgen', 'two\nlines']);
  write.mockRestore();
  expect(written.join('')).toBe('host  ts1\ufffd[2J\ufffd31m\nos=\ufffdniw\ufffd\nJürgen\ntwo\nlines\n');
});
