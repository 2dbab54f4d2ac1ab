import type { LabRun } from '../lab-run.ts';

const SELECT = '00A4040009A0000003080000100000';
/** GENERAL AUTHENTICATE with RSA-2048 and key 9A, SP 800-73-4 part 2, A.1: 266 octets of template in a chain of two. */
const FIRST = `1087079AFF7C820106820081820100${'00'.repeat(245)}`;
const LAST = `0087079A0B${'01'.repeat(11)}00`;

/** Asks for the private operation as no PKCS #11 library would, without a word about the PIN. */
export async function rawOperation(lab: LabRun): Promise<void> {
  const commands = [SELECT, FIRST, LAST].flatMap((hex) => ['--send-apdu', hex.replaceAll(/..(?=.)/g, '$&:')]);
  await lab.attempt('opensc-tool', ['--card-driver', 'default', ...commands]);
}
