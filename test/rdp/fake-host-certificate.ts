import { extKeyUsage, keyUsage } from '../../src/x509/extensions.ts';
import { oid } from '../../src/x509/oid.ts';
import { DAY, dNSNames, endEntity, makeCertificate, rsaKey } from '../x509/made-certificate.ts';

const today = Math.floor(Date.now() / 1000);
/** Self-signed, as Windows makes it for itself. */
export const hostCertificate = makeCertificate({
  subject: 'desk1.corp.test',
  key: rsaKey(),
  extensions: [endEntity(), keyUsage(0, 2), extKeyUsage([oid.serverAuth]), dNSNames('desk1.corp.test')],
  notBefore: today - DAY,
  notAfter: today + DAY,
});
