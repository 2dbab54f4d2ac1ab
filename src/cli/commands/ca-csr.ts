import { writeFile } from 'node:fs/promises';
import { requestCa } from '../../ca/subordinate-ca.ts';
import { print } from '../print.ts';
import { chooseCa, type PlanOptions, passphraseForNew, planOf } from './chosen-ca.ts';

/** `mayfly ca csr` */
export async function caCsr(options: PlanOptions & { readonly out?: string }): Promise<number> {
  const chosen = await chooseCa(options);
  const pem = await requestCa(chosen.folder, planOf(options), await passphraseForNew(chosen, options));
  if (options.out !== undefined) await writeFile(options.out, pem);
  const next = `have the enterprise CA certify it as a subordinate CA, then: mayfly ca install --ca ${chosen.name} FILE`;
  const said = options.out === undefined ? pem.trimEnd() : `request written to ${options.out}`;
  print(options.json, { name: chosen.name, requestFile: options.out ?? chosen.folder.requestFile, request: pem }, [said]);
  if (!options.json) process.stderr.write(`next: ${next}\n`);
  return 0;
}
