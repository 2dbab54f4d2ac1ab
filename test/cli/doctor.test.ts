import { describe, expect, it } from 'vitest';
import { exitCode, findingLines, summaryOf } from '../../src/cli/commands/doctor-report.ts';
import { cannotTell, type Finding, ok, wrong } from '../../src/doctor/finding.ts';

const well = ok('root', 'dc1', 'it is there');
const fault = wrong('ntauth', 'dc1', { says: 'it is not there', fix: 'put it there' });
const consequence: Finding = { ...wrong('probe-logon', 'dc1', { says: 'refused', fix: 'see the KDC' }), because: ['ntauth'] };
const onTheSpot = cannotTell('host-legal-notice', 'host1', { says: 'only the host sees it', fix: 'run the script there' });
const untold = cannotTell('clock', 'dc1', { says: 'no answer' });

describe('the report of mayfly doctor', () => {
  it('says of a fault what should be and what to do, and of a consequence what it follows from instead', () => {
    expect(findingLines([well, fault, consequence, onTheSpot])).toEqual([
      'ok           root  dc1: it is there',
      'WRONG        ntauth  dc1: it is not there',
      '             should be: NTAuth holds the issuing CA',
      '             next: put it there',
      'WRONG        probe-logon  dc1: refused',
      '             should be: the domain controller lets the account in by a card of this CA',
      '             follows from: ntauth',
      'cannot tell  host-legal-notice  host1: only the host sees it',
      '             next: run the script there',
    ]);
    expect(summaryOf([well, fault, consequence, onTheSpot])).toBe(
      '1 ok, 1 wrong, 1 that follow from it, 1 cannot be told from here',
    );
  });
  it('ends with 1 for a fault, with 3 for what could not be seen, with 0 whatever only the host sees', () => {
    expect(exitCode([well, onTheSpot])).toBe(0);
    expect(exitCode([well, onTheSpot, untold])).toBe(3);
    expect(exitCode([untold, fault])).toBe(1);
  });
});
