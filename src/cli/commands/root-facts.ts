import type { CaFolder } from '../../ca/ca-folder.ts';
import { toHex } from '../../wire/hex.ts';

/** What an admin needs of the root above a CA in order to publish it; undefined where there is none of ours. */
export async function rootFacts(folder: CaFolder) {
  if (!(await folder.hasRoot())) return undefined;
  const { certificateFile, crlFile } = folder.root;
  const { keyId } = await folder.root.readCertificate();
  return { rootCertificateFile: certificateFile, rootKeyId: toHex(keyId), rootCrlFile: crlFile };
}
