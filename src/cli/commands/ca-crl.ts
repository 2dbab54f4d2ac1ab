import { CaClient } from '../../ca/ca-client.ts';
import { toPem } from '../../ca/pem.ts';
import { isoTime } from '../../wire/der-time.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { readCrlTimes } from '../../x509/crl.ts';
import { print } from '../print.ts';
import { readGiven } from './ca-install.ts';
import { type CaOptions, existingCa } from './chosen-ca.ts';
import { writeOutput } from './output-file.ts';

interface CrlOptions extends CaOptions {
  readonly out?: string;
  readonly format: 'pem' | 'der';
  readonly fresh?: boolean;
  readonly root?: boolean;
}
/** `mayfly ca crl`: the file as it stands; a fresh one is the CA process's to make. */
export async function caCrl(options: CrlOptions): Promise<number> {
  const { folder: own, socket } = await existingCa(options);
  const folder = options.root ? own.root : own;
  if (options.root && !(await own.hasRoot())) {
    throw new MayflyError('ca-no-root', 'this CA has no root of its own here', {
      next: 'leave --root out; whoever keeps its root has its CRL',
    });
  }
  const crl = options.fresh ? await freshCrl(socket) : await readGiven(folder.crlFile);
  const { nextUpdate } = readCrlTimes(crl);
  const encoded = options.format === 'pem' ? toPem('X509 CRL', crl) : crl;
  if (options.out !== undefined) await writeOutput(options.out, encoded);
  else if (!options.json) process.stdout.write(encoded);
  const until = nextUpdate === undefined ? null : isoTime(nextUpdate);
  if (options.json)
    print(true, { file: options.out ?? folder.crlFile, nextUpdate: until, crl: Buffer.from(crl).toString('base64') }, []);
  else if (options.out !== undefined) print(false, {}, [`CRL written to ${options.out}, good until ${until}`]);
  return 0;
}
async function freshCrl(socket: string): Promise<Uint8Array> {
  const client = await CaClient.connect(socket);
  try {
    return await client.crl(true);
  } finally {
    client.close();
  }
}
