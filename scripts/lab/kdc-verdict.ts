import { MayflyError } from '../../src/wire/mayfly-error.ts';
import type { Kdc } from './kdc.ts';
import { type KinitAttempt, kinit, type PkinitCredential } from './kinit.ts';
import type { LabRun } from './lab-run.ts';

/**
 * A step that holds when client and KDC both say so.
 * @param credential a function where every attempt needs another one
 */
export async function expectTicket(
  lab: LabRun,
  name: string,
  by: Kdc,
  principal: string,
  credential: PkinitCredential | (() => Promise<PkinitCredential>),
): Promise<void> {
  await lab.steps.run(
    name,
    async () => {
      const once = async () => kinit(lab, by, principal, typeof credential === 'function' ? await credential() : credential);
      let number = 1;
      let attempt = await once();
      while (attempt.ticketFor === undefined && mayRepeat(by, attempt, number)) {
        number += 1;
        attempt = await once();
      }
      if (attempt.ticketFor !== principal || !attempt.kdcGranted) {
        throw unexpected(`no ticket for ${principal}`, attempt);
      }
      return number;
    },
    (number) => (number === 1 ? principal : `${principal}, at attempt ${number}`),
  );
}

/**
 * Heimdal's KDC loses about one reply key in a hundred (a Diffie-Hellman secret with leading zero octets): it logs success and
 * the client cannot read the reply. Only that is tried again; a refusal never is.
 */
function mayRepeat(by: Kdc, attempt: KinitAttempt, number: number): boolean {
  return by.name === 'samba' && attempt.kdcGranted && number < 3;
}

/** A step that holds when there is no ticket, and the KDC's own log names the reason. */
export async function expectRefusal(
  lab: LabRun,
  name: string,
  by: Kdc,
  principal: string,
  credential: PkinitCredential,
  reason: RegExp,
): Promise<void> {
  await lab.steps.run(
    name,
    async () => {
      const attempt = await kinit(lab, by, principal, credential);
      const line = attempt.kdcLog.find((each) => reason.test(each));
      if (attempt.ticketFor !== undefined || attempt.kdcGranted || line === undefined) {
        throw unexpected(`not refused for ${reason.source}`, attempt);
      }
      return line;
    },
    (line) => line,
  );
}

function unexpected(what: string, attempt: KinitAttempt): MayflyError {
  const kdcSays = attempt.kdcLog.slice(-6).join(' | ');
  return new MayflyError('lab-kinit', `${what}; client: ${attempt.client || 'nothing'}; KDC: ${kdcSays || 'nothing'}`);
}
