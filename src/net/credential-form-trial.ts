import { type CredentialForm, credentialForms, isAboutForm } from '../credssp/credential-form.ts';
import type { KeyDescription } from '../x509/public-key.ts';

/** What is known of hosts from earlier logons; kept by whoever gives it. */
export interface FormMemory {
  readonly recall: (host: string) => CredentialForm | undefined | Promise<CredentialForm | undefined>;
  readonly remember: (host: string, form: CredentialForm) => void | Promise<void>;
}
/** What an attempt came to: `name` is the host's word for why it failed, which nobody has vouched for while it is not proven. */
export type Attempted =
  | { readonly loggedOn: true }
  | { readonly loggedOn: false; readonly name: string; readonly hadCredentials: boolean };

/**
 * Logs on in the form that worked last at this host or usually works; where the host says that it did not find the key, once more in each
 * of the others. Any other failure stands.
 * @param attempt a whole connection of its own
 */
export async function logOnInForm<T>(
  { host, key, memory }: { readonly host: string; readonly key: KeyDescription['type']; readonly memory: FormMemory },
  attempt: (form: CredentialForm) => Promise<T>,
  cameTo: (outcome: T) => Attempted,
): Promise<T> {
  const worked = await memory.recall(host);
  const [first, ...others] = credentialForms(key, worked);
  let form = first;
  for (;;) {
    const outcome = await attempt(form);
    const attempted = cameTo(outcome);
    if (attempted.loggedOn) {
      if (form !== worked) await memory.remember(host, form);
      return outcome;
    }
    const next = others.shift();
    if (!next || !attempted.hadCredentials || !isAboutForm(attempted.name)) return outcome;
    form = next;
  }
}
