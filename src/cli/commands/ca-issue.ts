import { randomUUID } from 'node:crypto';
import { CaClient } from '../../ca/ca-client.ts';
import { pemBlocks, toPem } from '../../ca/pem.ts';
import { MINUTE } from '../../pki/bounds.ts';
import type { Fault } from '../../pki/lint.ts';
import { isoTime } from '../../wire/der-time.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { print, table } from '../print.ts';
import { readGiven } from './ca-install.ts';
import { type CaOptions, existingCa } from './chosen-ca.ts';
import { writeOutput } from './output-file.ts';

interface IssueOptions extends CaOptions {
  readonly upn: string;
  readonly sid: string;
  readonly publicKey: string;
  readonly account?: string;
  readonly cardId?: string;
  readonly minutes: number;
  readonly out?: string;
}
/** All reasons at once, as one error. */
export const refusal = (faults: readonly Fault[]): MayflyError =>
  new MayflyError('ca-refused', `the CA refused: ${faults.map(({ reason }) => reason).join('; ')}`);

async function publicKeyOf(path: string): Promise<Uint8Array> {
  const content = await readGiven(path);
  if (content[0] === 0x30) return content;
  const block = pemBlocks(Buffer.from(content).toString('latin1')).find(({ label }) => label === 'PUBLIC KEY');
  if (!block)
    throw new MayflyError('public-key', `there is no PUBLIC KEY in ${path}`, { next: 'make it with `openssl pkey -pubout`' });
  return block.der;
}
/** `mayfly ca issue`: straight from the command line only where no domain can be hurt. */
export async function caIssue(options: IssueOptions): Promise<number> {
  const chosen = await existingCa(options);
  const client = await CaClient.connect(chosen.socket);
  try {
    if (!(await client.describe()).lab) {
      throw new MayflyError('ca-not-lab', `CA "${chosen.name}" is no lab CA: its certificates are issued for sessions only`, {
        next: 'make a lab CA with `mayfly ca init --lab --ca lab` to try things out',
      });
    }
    const asked = await client.issue({
      cardId: options.cardId ?? randomUUID(),
      account: options.account ?? options.upn.split('@', 1)[0] ?? '',
      userPrincipalName: options.upn,
      sid: options.sid,
      subjectPublicKeyInfo: await publicKeyOf(options.publicKey),
      lifetime: options.minutes * MINUTE,
    });
    if (!asked.ok) throw refusal(asked.refused);
    const { certificate, serialNumber } = asked.reply;
    const notAfter = isoTime(asked.reply.notAfter);
    const pem = toPem('CERTIFICATE', certificate);
    if (options.out !== undefined) await writeOutput(options.out, pem);
    const facts = table([
      ['serial number', serialNumber],
      ['valid until', notAfter],
      ['certificate', options.out ?? ''],
    ]);
    print(options.json, { serialNumber, notAfter, certificate: pem }, options.out === undefined ? [pem.trimEnd()] : facts);
    return 0;
  } finally {
    client.close();
  }
}
