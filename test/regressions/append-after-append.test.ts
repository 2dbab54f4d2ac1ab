import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'vitest';
import { IssuanceLog, type LogEntry } from '../../src/ca/issuance-log.ts';
import { inTime } from '../in-time.ts';

// Whoever appended again as soon as an append had resolved was put behind a writer that had just stopped, and waited for ever.
it('writes an entry that is appended in the moment the one before is on the disk', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-log-'));
  const entry: LogEntry = { event: 'crl', at: 1, number: 1, crlDigest: 'ab' };
  const log = await IssuanceLog.open(join(folder, 'issuance.log'), () => undefined);
  await log.append(entry);
  await inTime(log.append(entry), 'the second entry');
  await log.close();
  rmSync(folder, { recursive: true });
});
