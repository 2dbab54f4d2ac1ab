import { readFile } from 'node:fs/promises';
import { isLab } from '../../ca/certification-authority.ts';
import { refusedSidListFault } from '../../pki/lints/refused-sid-list.ts';
import { publicationOf } from '../../pki/publication.ts';
import { isoTime } from '../../wire/der-time.ts';
import { toHex } from '../../wire/hex.ts';
import { readCrlTimes } from '../../x509/crl.ts';
import { describeKey, type KeyDescription } from '../../x509/public-key.ts';
import { clock } from '../clock.ts';
import { print, table } from '../print.ts';
import { boundsOf, type CaOptions, type ChosenCa, existingCa, refusedSidFileOf } from './chosen-ca.ts';
import { rootFacts } from './root-facts.ts';

const keyText = (key: KeyDescription): string =>
  key.type === 'rsa' ? `RSA-${key.bits}` : key.type === 'ec' ? key.curve : key.algorithm;

/** Whether the list of refused SIDs lets this CA issue anything now; how old it is and how long. */
function listFacts(chosen: ChosenCa, lab: boolean): string {
  const now = clock();
  const list = refusedSidFileOf(chosen)?.read(now) ?? { state: 'not-configured' as const };
  const fault = refusedSidListFault(list, { lab });
  if (fault !== undefined) return `nothing is issued: ${fault}`;
  if (list.state !== 'good') return 'none: a lab CA issues without one';
  return `${list.sids.size} SIDs, ${Math.max(0, Math.floor((now - (list.writtenAt ?? now)) / 60))} minutes old`;
}
/** `mayfly ca show` */
export async function caShow(options: CaOptions): Promise<number> {
  const chosen = await existingCa(options);
  const { folder, name } = chosen;
  const settings = await folder.readSettings();
  if (!(await folder.hasCertificate())) {
    const { requestFile } = folder;
    print(options.json, { name, state: 'requested', requestFile }, [
      `${name}: requested, the certificate is not installed yet`,
      `request: ${requestFile}`,
    ]);
    return 0;
  }
  const certificate = await folder.readCertificate();
  const keyId = toHex(certificate.keyId);
  const { crlUrls, caIssuerUrls } = publicationOf(keyId, settings.forest, settings.crlUrl);
  const bounds = boundsOf(chosen, settings);
  const crl = await readFile(folder.crlFile).then(readCrlTimes, () => undefined);
  const facts = {
    name,
    state: isLab(certificate) ? 'lab' : 'ready',
    subject: certificate.subjectText,
    issuer: certificate.issuerText,
    serialNumber: certificate.serialNumber,
    key: keyText(describeKey(certificate.publicKey)),
    keyId,
    notBefore: isoTime(certificate.notBefore),
    notAfter: isoTime(certificate.notAfter),
    crlUrls,
    caIssuerUrls,
    upnSuffixes: bounds.upnSuffixes,
    certificateFile: folder.certificateFile,
    crlFile: folder.crlFile,
    crlNextUpdate: crl?.nextUpdate === undefined ? null : isoTime(crl.nextUpdate),
    socket: chosen.socket,
    refusedSidList: listFacts(chosen, isLab(certificate)),
    ...(await rootFacts(folder)),
  };
  const text = (value: string | readonly string[] | null) =>
    (typeof value === 'string' ? value : value?.join(`\n${' '.repeat(18)}`)) || '(none)';
  print(options.json, facts, table(Object.entries(facts).map(([label, value]) => [label.padEnd(16), text(value)])));
  return 0;
}
