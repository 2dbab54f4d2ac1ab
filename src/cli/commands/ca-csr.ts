import { requestCa } from '../../ca/subordinate-ca.ts';
import { print } from '../print.ts';
import { chooseCa, type PlanOptions, planOf, withNewPassphrase } from './chosen-ca.ts';
import { writeOutput } from './output-file.ts';

/** `mayfly ca csr` */
export async function caCsr(options: PlanOptions & { readonly out?: string }): Promise<number> {
  const chosen = await chooseCa(options);
  const pem = await withNewPassphrase(chosen, options, (passphrase) => requestCa(chosen.folder, planOf(options), passphrase));
  if (options.out !== undefined) await writeOutput(options.out, pem);
  const next = `have the enterprise CA certify it as a subordinate CA, then: mayfly ca install --ca ${chosen.name} FILE`;
  const said = options.out === undefined ? pem.trimEnd() : `request written to ${options.out}`;
  print(options.json, { name: chosen.name, requestFile: options.out ?? chosen.folder.requestFile, request: pem }, [said]);
  if (!options.json) process.stderr.write(`next: ${next}\n`);
  return 0;
}
