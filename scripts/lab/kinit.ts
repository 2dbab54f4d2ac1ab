import { readFileSync } from 'node:fs';
import type { Identity } from './enterprise-ca.ts';
import type { Kdc } from './kdc.ts';
import type { LabRun } from './lab-run.ts';
import { LogTail } from './log-tail.ts';

/** What the client signs with: files, or a PKCS #11 library and the PIN that kinit reads when it asks for one. */
export type PkinitCredential = Identity | { readonly pkcs11Module: string; readonly pin?: string };

/** One AS exchange with PKINIT, as both sides tell it. */
export interface KinitAttempt {
  /** The principal of the ticket in the cache; undefined when there is none. */
  readonly ticketFor: string | undefined;
  readonly client: string;
  /** KRB5_TRACE: what the client did, line by line. */
  readonly trace: string;
  /** Whether the client got as far as PA-PK-AS-REQ; else the KDC has no verdict. */
  readonly signedRequest: boolean;
  /** What the KDC's own log says of this attempt, without time and process. */
  readonly kdcLog: readonly string[];
  readonly kdcGranted: boolean;
}

let attempts = 0;

/** MIT's kinit with a certificate. It never retries and has a credential cache of its own. */
export async function kinit(lab: LabRun, kdc: Kdc, principal: string, credential: PkinitCredential): Promise<KinitAttempt> {
  attempts += 1;
  const name = `${String(attempts).padStart(2, '0')}-${kdc.name}`;
  const environment = {
    KRB5_CONFIG: kdc.clientConfiguration,
    KRB5CCNAME: `FILE:${lab.path('client', `${name}.ccache`)}`,
    KRB5_TRACE: lab.path('client', `${name}.trace`),
  };
  const log = new LogTail(kdc.log);
  const onCard = 'pkcs11Module' in credential;
  const identity = onCard ? `PKCS11:${credential.pkcs11Module}` : `FILE:${credential.certificate},${credential.key}`;
  const done = await lab.attempt('kinit', ['-X', `X509_user_identity=${identity}`, principal], {
    environment,
    ...(onCard && credential.pin !== undefined ? { input: `${credential.pin}\n` } : {}),
  });
  const trace = readFileSync(environment.KRB5_TRACE, 'utf8');
  const signedRequest = /Produced preauth for next request: .*PA-PK-AS-REQ/.test(trace);
  const kdcLog = signedRequest ? await log.settled(new RegExp(`${kdc.granted.source}|${kdc.refused.source}`)) : log.lines();
  const listed = await lab.attempt('klist', [], { environment });
  return {
    ticketFor: done.code === 0 ? /^Default principal: (.+)$/m.exec(listed.stdout)?.[1] : undefined,
    client: `${done.stdout}${done.stderr}`.trim(),
    trace,
    signedRequest,
    kdcLog: kdcLog.map(concise).filter((line) => !line.startsWith('closing down fd')),
    kdcGranted: kdcLog.some((line) => kdc.granted.test(line)),
  };
}

function concise(line: string): string {
  return line.replace(/^.* krb5kdc\[\d+\]\(\w+\): |^Kerberos: /, '').replace(/ \(\d+ etypes \{[^}]*\}\)/, '');
}
