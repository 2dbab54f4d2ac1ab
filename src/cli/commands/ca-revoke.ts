import { CaClient } from '../../ca/ca-client.ts';
import { certificatesOf } from '../../ca/pem.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { readCertificate } from '../../x509/certificate.ts';
import type { RevocationReason } from '../../x509/crl.ts';
import { print } from '../print.ts';
import { readGiven } from './ca-install.ts';
import { refusal } from './ca-issue.ts';
import { type CaOptions, existingCa } from './chosen-ca.ts';

interface RevokeOptions extends CaOptions {
  readonly certificate?: string;
  readonly reason: RevocationReason;
}
async function serialOf(options: RevokeOptions): Promise<string> {
  if (options.certificate !== undefined) {
    const [der] = certificatesOf(await readGiven(options.certificate));
    if (!der)
      throw new MayflyError('certificate-unreadable', `there is no certificate in ${options.certificate}`, {
        next: 'give PEM or DER',
      });
    return readCertificate(der).serialNumber;
  }
  const serial = options.args[0]?.toLowerCase().replace(/^0x/, '').replaceAll(/[:\s]/g, '') ?? '';
  if (/^([0-9a-f]{2}){1,20}$/.test(serial)) return serial;
  throw new MayflyError('serial-number', 'the serial number is missing or not hex', {
    next: 'give it as `openssl x509 -serial` or certutil print it, or the certificate with --certificate',
  });
}
/** `mayfly ca revoke` */
export async function caRevoke(options: RevokeOptions): Promise<number> {
  const { socket, folder } = await existingCa(options);
  const serialNumber = await serialOf(options);
  const client = await CaClient.connect(socket);
  try {
    const asked = await client.revoke(serialNumber, options.reason);
    if (!asked.ok) throw refusal(asked.refused);
    const { crlNumber } = asked.reply;
    print(options.json, { serialNumber, crlNumber, crlFile: folder.crlFile }, [
      `revoked ${serialNumber}; CRL number ${crlNumber} in ${folder.crlFile}`,
    ]);
    return 0;
  } finally {
    client.close();
  }
}
