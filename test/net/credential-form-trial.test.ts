import { describe, expect, it } from 'vitest';
import type { CredentialForm } from '../../src/credssp/credential-form.ts';
import { type Attempted, logOnInForm } from '../../src/net/credential-form-trial.ts';

const told = ({ provider, container }: CredentialForm) => `${provider} ${container}`;
/** Attempts until one of them is not about the form; what was tried and what was remembered. */
async function trial(key: 'rsa' | 'ec', recalled: CredentialForm | undefined, ...ends: readonly Attempted[]) {
  const tried: string[] = [];
  const remembered: string[] = [];
  const memory = {
    recall: () => recalled,
    remember: (host: string, form: CredentialForm) => void remembered.push(`${host}: ${told(form)}`),
  };
  const outcome = await logOnInForm(
    { host: 'desk1.corp.test', key, memory },
    async (form) => {
      tried.push(told(form));
      return ends[tried.length - 1];
    },
    (each) => each ?? { loggedOn: false, name: 'too often', hadCredentials: true },
  );
  return { tried, remembered, outcome };
}
const worked: Attempted = { loggedOn: true };
const lost: Attempted = { loggedOn: false, name: 'STATUS_SMARTCARD_NO_KEY_CONTAINER', hadCredentials: true };
const refused: Attempted = { loggedOn: false, name: 'STATUS_LOGON_FAILURE', hadCredentials: true };
const [csp, ksp, derived] = ['base-csp absent', 'smart-card-ksp absent', 'base-csp derived'];

describe('the form of the credentials', () => {
  it('that works is remembered, and tried first the next time', async () => {
    expect(await trial('rsa', undefined, worked)).toMatchObject({ tried: [csp], remembered: [`desk1.corp.test: ${csp}`] });
    const known = { provider: 'smart-card-ksp', container: 'absent' } as const;
    expect(await trial('rsa', known, worked)).toMatchObject({ tried: [ksp], remembered: [`desk1.corp.test: ${ksp}`] });
  });
  it('is another where the host does not find the key, the derived name last, each once', async () => {
    expect(await trial('rsa', undefined, lost, lost, worked)).toMatchObject({
      tried: [csp, ksp, derived],
      remembered: [`desk1.corp.test: ${derived}`],
    });
    const { tried, remembered, outcome } = await trial('rsa', undefined, lost, lost, lost, worked);
    expect([tried, remembered, outcome]).toEqual([[csp, ksp, derived], [], lost]);
    const known = { provider: 'base-csp', container: 'derived' } as const;
    expect((await trial('rsa', known, lost, lost, lost)).tried).toEqual([derived, csp, ksp]);
    expect((await trial('ec', undefined, lost, lost, lost)).tried).toEqual([ksp, 'smart-card-ksp derived']);
  });
  it('is another where the host took the PIN and did not use the key', async () => {
    const stuck: Attempted = { loggedOn: false, name: 'pin-verified', hadCredentials: true };
    expect((await trial('rsa', undefined, stuck, worked)).tried).toEqual([csp, ksp]);
  });
  it('stays where the host is not proven: anybody may say that he finds no key', async () => {
    const claimed: Attempted = { ...lost, hadCredentials: false };
    expect((await trial('rsa', undefined, claimed, worked)).tried).toEqual([csp]);
  });
  it('stays where the failure is another', async () => {
    expect(await trial('rsa', undefined, refused, worked)).toEqual({ tried: [csp], remembered: [], outcome: refused });
    expect((await trial('rsa', undefined, lost, refused, worked)).tried).toEqual([csp, ksp]);
  });
});
