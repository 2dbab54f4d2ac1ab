import type { CaFolder } from '../../ca/ca-folder.ts';
import { CaServer } from '../../ca/ca-server.ts';
import { CertificationAuthority } from '../../ca/certification-authority.ts';
import type { RefusedSidFile } from '../../ca/refused-sid-file.ts';
import { restartHardened } from '../../custody/hardening.ts';
import { type Bounds, MAX_LIFETIME } from '../../pki/bounds.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { clock } from '../clock.ts';
import { describeFailure } from '../failure.ts';
import { boundsOf, type CaOptions, existingCa, passphraseOf, refusedSidFileOf } from './chosen-ca.ts';

/** How often the age of a CRL is looked at, in milliseconds. */
const LOOK = 60_000;

const say = (line: string) => process.stderr.write(`${new Date().toISOString()} ${line}\n`);
const complain = (what: string) => (e: unknown) => {
  const { code, message, next } = describeFailure(e);
  say(`${what}: ${message} [${code}]${next === undefined ? '' : ` (${next})`}`);
};
/** A root only signs CRLs here: with no suffix to its name every logon request would be refused. */
const nothing: Bounds = { maxLifetime: MAX_LIFETIME, upnSuffixes: [], refusedSids: new Set(), exceptedSids: new Set() };

async function openAll(
  folder: CaFolder,
  passphrase: Uint8Array,
  bounds: Bounds,
  list: RefusedSidFile | undefined,
): Promise<CertificationAuthority[]> {
  const authorities = [await CertificationAuthority.open(folder, passphrase, bounds, clock, list)];
  try {
    if (await folder.hasRoot()) authorities.push(await CertificationAuthority.open(folder.root, passphrase, nothing, clock));
    for (const authority of authorities) await authority.keepCrlFresh();
    return authorities;
  } catch (e) {
    for (const authority of authorities) await authority.close();
    throw e;
  }
}
interface ServeOptions extends CaOptions {
  /** Ends when standard input does: whoever holds the other end of it is gone. */
  readonly withParent?: boolean;
}
/** Says when the list of refused SIDs stops every issue, and when it does so no more; once each. */
function listWatch(authority: CertificationAuthority, isConfigured: boolean): () => void {
  let said: string | undefined;
  if (!isConfigured && authority.issuer.lab) say('a lab CA: it certifies accounts without a list of refused SIDs');
  return () => {
    const fault = authority.refusedSidListFault;
    if (fault !== undefined && said === undefined) say(`nothing is issued: ${fault}`);
    if (fault === undefined && said !== undefined) say('the list of refused SIDs is good again');
    said = fault;
  };
}
/** `mayfly ca serve`: until it is told to stop. */
export async function caServe(options: ServeOptions): Promise<number> {
  process.umask(0o077);
  const chosen = await existingCa(options);
  const { folder, name, socket } = chosen;
  if (!(await folder.hasCertificate())) {
    throw new MayflyError('ca-certificate', `CA "${name}" has no certificate yet`, {
      next: `install it with \`mayfly ca install --ca ${name} FILE\``,
    });
  }
  // Before the first secret; what can be refused without one is refused by then.
  restartHardened();
  // Whoever read the output may be gone: the next refused request would end the process.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);
  const passphrase = await passphraseOf(chosen, options);
  const authorities = await openAll(folder, passphrase, boundsOf(chosen, await folder.readSettings()), refusedSidFileOf(chosen));
  passphrase.fill(0);
  const [issuing] = authorities;
  if (!issuing) return 1;
  const stopped = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
    if (options.withParent) process.stdin.resume().once('close', () => resolve('the end of its parent'));
  });
  try {
    const server = await CaServer.listen(issuing, socket, {
      failed: complain('a request failed'),
      refused: (reasons) => say(`refused: ${reasons.join('; ')}`),
    });
    const watchList = listWatch(issuing, chosen.configured?.refusedSidList !== undefined);
    watchList();
    const timer = setInterval(() => {
      watchList();
      for (const authority of authorities) authority.keepCrlFresh().catch(complain('the CRL is not fresh'));
    }, LOOK);
    process.stdout.write(
      `${options.json ? JSON.stringify({ event: 'listening', ca: name, socket }) : `CA "${name}" listening on ${socket}`}\n`,
    );
    say(`stopping on ${await stopped}`);
    clearInterval(timer);
    await server.close();
    process.stdin.destroy();
  } finally {
    for (const authority of authorities) await authority.close();
  }
  return 0;
}
