import { caOfKey } from '../../ca/ca-folder.ts';
import { fileSigner } from '../../ca/file-signer.ts';
import { importCa, readKeyAndCertificates } from '../../ca/import-ca.ts';
import { readSecret } from '../../config/secret.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { clock } from '../clock.ts';
import { printInstalled, readGiven } from './ca-install.ts';
import { chooseCa, type PlanOptions, planOf, withNewPassphrase } from './chosen-ca.ts';

/** `mayfly ca import` */
export async function caImport(options: PlanOptions & { readonly sourcePassphraseFile?: string }): Promise<number> {
  const chosen = await chooseCa(options);
  const file = options.sourcePassphraseFile;
  const source = await readKeyAndCertificates(
    await readGiven(options.args[0]),
    file === undefined ? undefined : await readSecret({ file }),
  );
  const same = await caOfKey(chosen.config.home, fileSigner(source.key).publicKey);
  if (same !== undefined && same !== chosen.name) {
    // Two logs of one key: neither would revoke what the other issued, and both would write CRLs of the same numbers.
    throw new MayflyError('ca-exists', `CA "${same}" has this key already`, { next: `use it with --ca ${same}` });
  }
  const installed = await withNewPassphrase(chosen, options, (passphrase) =>
    importCa(chosen.folder, planOf(options), source, passphrase, clock),
  );
  printInstalled(options.json, chosen.name, installed);
  return 0;
}
