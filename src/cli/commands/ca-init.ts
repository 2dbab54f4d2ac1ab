import { createCa } from '../../ca/create-ca.ts';
import { isoTime } from '../../wire/der-time.ts';
import { toHex } from '../../wire/hex.ts';
import { clock } from '../clock.ts';
import { print, table } from '../print.ts';
import { chooseCa, type PlanOptions, planOf, withNewPassphrase } from './chosen-ca.ts';
import { rootFacts } from './root-facts.ts';

/** `mayfly ca init` */
export async function caInit(options: PlanOptions): Promise<number> {
  const chosen = await chooseCa(options);
  const plan = planOf(options);
  await withNewPassphrase(chosen, options, (passphrase) => createCa(chosen.folder, plan, passphrase, clock));
  const certificate = await chosen.folder.readCertificate();
  const keyId = toHex(certificate.keyId);
  const { certificateFile, crlFile } = chosen.folder;
  const root = await rootFacts(chosen.folder);
  print(
    options.json,
    {
      name: chosen.name,
      subject: certificate.subjectText,
      keyId,
      notAfter: isoTime(certificate.notAfter),
      certificateFile,
      crlFile,
      lab: plan.lab,
      ...root,
    },
    [
      ...table([
        ['CA', `${chosen.name}${plan.lab ? ' (lab)' : ''}`],
        ['subject', certificate.subjectText],
        ['key id', keyId],
        ['valid until', isoTime(certificate.notAfter)],
        ['certificate', certificateFile],
        ['CRL', crlFile],
        ...(root
          ? ([
              ['root certificate', root.rootCertificateFile],
              ['root key id', root.rootKeyId],
              ['root CRL', root.rootCrlFile],
            ] as const)
          : []),
      ]),
      '',
      `next: mayfly ca serve --ca ${chosen.name}`,
    ],
  );
  return 0;
}
