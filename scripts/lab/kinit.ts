import type { Identity } from './enterprise-ca.ts';
import type { Kdc } from './kdc.ts';
import type { LabRun } from './lab-run.ts';
import { LogTail } from './log-tail.ts';

/** One AS exchange with PKINIT, as both sides tell it. */
export interface KinitAttempt {
  /** The principal of the ticket in the cache; undefined when there is none. */
  readonly ticketFor: string | undefined;
  readonly client: string;
  /** What the KDC's own log says of this attempt, without time and process. */
  readonly kdcLog: readonly string[];
  readonly kdcGranted: boolean;
}

let attempts = 0;

/** MIT's kinit with a certificate. It never retries and has a credential cache of its own. */
export async function kinit(lab: LabRun, kdc: Kdc, principal: string, identity: Identity): Promise<KinitAttempt> {
  attempts += 1;
  const name = `${String(attempts).padStart(2, '0')}-${kdc.name}`;
  const environment = {
    KRB5_CONFIG: kdc.clientConfiguration,
    KRB5CCNAME: `FILE:${lab.path('client', `${name}.ccache`)}`,
    KRB5_TRACE: lab.path('client', `${name}.trace`),
  };
  const log = new LogTail(kdc.log);
  const user = `X509_user_identity=FILE:${identity.certificate},${identity.key}`;
  const done = await lab.attempt('kinit', ['-X', user, principal], { environment });
  const kdcLog = await log.settled(new RegExp(`${kdc.granted.source}|${kdc.refused.source}`));
  const listed = await lab.attempt('klist', [], { environment });
  return {
    ticketFor: done.code === 0 ? /^Default principal: (.+)$/m.exec(listed.stdout)?.[1] : undefined,
    client: `${done.stdout}${done.stderr}`.trim(),
    kdcLog: kdcLog.map(concise).filter((line) => !line.startsWith('closing down fd')),
    kdcGranted: kdcLog.some((line) => kdc.granted.test(line)),
  };
}

function concise(line: string): string {
  return line.replace(/^.* krb5kdc\[\d+\]\(\w+\): |^Kerberos: /, '').replace(/ \(\d+ etypes \{[^}]*\}\)/, '');
}
