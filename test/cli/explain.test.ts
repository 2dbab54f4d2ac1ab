import { describe, expect, it } from 'vitest';
import { type Home, mayfly, newHome } from './mayfly.ts';

const home: Home = newHome();

describe('mayfly explain', () => {
  it('says what a code means, where to look and what to do', async () => {
    const { code, stdout, stderr } = await mayfly(home, 'explain', '0x3E');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n')).toEqual([
      'KDC_ERR_CLIENT_NOT_TRUSTED, KRB-ERROR 62 (0x3E)',
      expect.stringMatching(/^ {2}cause {2}the KDC does not trust the certificate/),
      expect.stringMatching(/^ {2}look {3}the HRESULT in the e-data/),
      expect.stringMatching(/^ {2}fix {4}publish the issuing CA to NTAuth/),
      '',
    ]);
  });
  it('takes several, a negative number and two words for one among them', async () => {
    const { code, stdout } = await mayfly(home, 'explain', '--json', 'event', '4768', '-1073741024', 'host-refused', '41');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      codes: [
        { asked: 'event 4768', found: [{ kind: 'event', number: 4768, source: 'Security' }] },
        { asked: '-1073741024', found: [{ kind: 'ntstatus', number: 0xc000_0320, name: 'STATUS_PKINIT_FAILURE' }] },
        { asked: 'host-refused', found: [{ kind: 'mayfly', cause: 'the host refused the session' }] },
        { asked: '41', found: [{ kind: 'krb-error' }, { source: 'Kdcsvc' }, { source: 'CAPI2' }] },
      ],
    });
  });
  it('knows the rest when one is in no table, and fails with names like it', async () => {
    const { code, stdout } = await mayfly(home, 'explain', 'STATUS_PKINIT_FALURE', 'SCARD_W_REMOVED_CARD');
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^STATUS_PKINIT_FALURE: in no table here; did you mean STATUS_PKINIT_FAILURE, .*\?\n\nSCARD_W_REMOVED_CARD, SCARD/,
    );
    const { stdout: json } = await mayfly(home, 'explain', '--json', '0xDEADBEEF');
    expect(JSON.parse(json)).toEqual({ ok: false, codes: [{ asked: '0xDEADBEEF', found: [], nearest: [] }] });
  });
  it('steers no terminal by what was asked', async () => {
    const { stdout } = await mayfly(home, 'explain', '\u001b[31mnothing');
    expect(stdout).not.toContain('\u001b');
  });
});
