import { describe, expect, it } from 'vitest';
import { errorInfo, errorInfoCodes } from '../../src/rdp/set-error-info.ts';

describe('error info', () => {
  it('is said in one clause for every code', () => {
    for (const code of errorInfoCodes) {
      expect(errorInfo(code)).toMatchObject({
        code,
        name: expect.stringMatching(/^ERRINFO_[A-Z0-9_]+$/) as unknown,
        sentence: expect.stringMatching(/^[a-zA-Z].*[^.]$/) as unknown,
      });
    }
  });
  it('has every code of the clause, once', () => {
    // As many as the clause lists: of the session, of licensing, of the broker, of RDP itself.
    const of = (kind: string) => errorInfoCodes.filter((code) => errorInfo(code).class === kind).length;
    expect([of('session'), of('license'), of('broker'), of('protocol')]).toEqual([19, 11, 11, 78]);
    expect(new Set(errorInfoCodes.map((code) => errorInfo(code).name)).size).toBe(errorInfoCodes.length);
  });
  it.each([
    [0x0003, 'ERRINFO_IDLE_TIMEOUT', 'session'],
    [0x0005, 'ERRINFO_DISCONNECTED_BY_OTHERCONNECTION', 'session'],
    [0x0009, 'ERRINFO_SERVER_INSUFFICIENT_PRIVILEGES', 'session'],
    [0x001a, 'ERRINFO_SERVER_REBOOT', 'session'],
    [0x0102, 'ERRINFO_LICENSE_NO_LICENSE', 'license'],
    [0x0408, 'ERRINFO_CB_DESTINATION_POOL_NOT_FREE', 'broker'],
    [0x10ca, 'ERRINFO_UNKNOWNPDUTYPE', 'protocol'],
    [0x1195, 'ERRINFO_DECRYPTFAILED2', 'protocol'],
    [0x0000, 'ERRINFO_NONE', 'none'],
    [0x0bad, '0x00000BAD', 'unknown'],
  ])('%i is %s', (code, name, kind) => expect(errorInfo(code)).toMatchObject({ name, class: kind }));
});
