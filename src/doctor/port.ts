import type { MayflyError } from '../wire/mayfly-error.ts';
import { systemCode } from '../wire/system-code.ts';

/** What became of a connection that was tried: a machine that says no, one that is silent, or a name that leads nowhere. */
type Reach = 'refused' | 'filtered' | 'no-name' | 'unknown';
const reaches: Readonly<Record<string, Reach>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'refused',
  ETIMEDOUT: 'filtered',
  EHOSTUNREACH: 'filtered',
  ENETUNREACH: 'filtered',
  ENOTFOUND: 'no-name',
  EAI_AGAIN: 'no-name',
};
const told: Readonly<Record<Reach, readonly [says: string, fix: string]>> = {
  refused: ['it refuses connections there: nothing listens', 'start the service that listens there, or correct the port'],
  filtered: [
    'nothing answers there: a firewall drops what is sent, or the machine is off',
    'open the port in every firewall on the way, and see that the machine is on',
  ],
  'no-name': ['DNS does not know its name', 'correct the name, or the DNS servers of this machine'],
  unknown: ['the connection failed', 'check address and port, that it runs, and the firewalls on the way'],
};

/** @param port as people know it: `port 88` */
export function portFault(port: string, e: MayflyError) {
  const reach = /-(?:timeout|late)$/.test(e.code) ? 'filtered' : (reaches[systemCode(e.cause) ?? ''] ?? 'unknown');
  const [says, fix] = told[reach];
  const more = reach === 'unknown' ? `: ${e.message}` : '';
  return { says: `${port}: ${says}${more}`, fix, code: e.code };
}
