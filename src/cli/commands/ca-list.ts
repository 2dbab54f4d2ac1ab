import { caFolder, caNames, casFolder } from '../../ca/ca-folder.ts';
import { isLab } from '../../ca/certification-authority.ts';
import { loadConfig } from '../../config/load-config.ts';
import { isoTime } from '../../wire/der-time.ts';
import { toHex } from '../../wire/hex.ts';
import { print } from '../print.ts';

/** `mayfly ca list` */
export async function caList(options: { readonly config?: string; readonly json?: boolean }): Promise<number> {
  const { home } = await loadConfig({ env: process.env, file: options.config });
  const cas = await Promise.all(
    (await caNames(home)).map(async (name) => {
      const folder = caFolder(home, name);
      if (!(await folder.hasCertificate())) return { name, state: 'requested, certificate not installed' };
      // One that is damaged does not hide the others; `ca show` says what is wrong with it.
      const certificate = await folder.readCertificate().catch(() => undefined);
      if (!certificate) return { name, state: 'damaged' };
      const state = isLab(certificate) ? 'lab' : 'ready';
      return {
        name,
        state,
        subject: certificate.subjectText,
        keyId: toHex(certificate.keyId),
        notAfter: isoTime(certificate.notAfter),
      };
    }),
  );
  const lines = cas.map((ca) => `${ca.name}  ${ca.state}${'subject' in ca ? `  ${ca.subject}  until ${ca.notAfter}` : ''}`);
  print(options.json, { cas }, lines.length > 0 ? lines : [`no CA in ${casFolder(home)}; make one with \`mayfly ca init\``]);
  return 0;
}
