import { fstatSync, lstatSync, writeSync } from 'node:fs';
import { replaceFile } from '../../ca/atomic-file.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';

/** Where a card's PIN goes instead of standard output. */
export interface PinTarget {
  readonly pinFile?: string;
  readonly pinFd?: number;
}

/**
 * Asked before there is a card. The file is replaced whole, so what is there already may only be a file: a pipe or a device would be
 * gone and its reader wait for ever, and a link in a folder of others' may lead anywhere.
 * @throws MayflyError `pin-target`
 */
export function checkPinTarget({ pinFile, pinFd }: PinTarget): void {
  if (pinFile !== undefined && lstatSync(pinFile, { throwIfNoEntry: false })?.isFile() === false) {
    throw new MayflyError('pin-target', `${pinFile} is there and is no file`, {
      next: 'name a file that may be replaced, or hand over an open descriptor with --pin-fd',
    });
  }
  if (pinFd !== undefined && !canBeWritten(pinFd)) {
    throw new MayflyError('pin-target', `descriptor ${pinFd} is no open file, pipe or socket`, {
      next: `open it for mayfly, as in \`mayfly card attach … --pin-fd ${pinFd} ${pinFd}>FILE\``,
    });
  }
}
/** What Node opens for itself has a number too: an event counter swallows eight octets without a word. */
function canBeWritten(descriptor: number): boolean {
  try {
    const found = fstatSync(descriptor);
    return found.isFile() || found.isFIFO() || found.isSocket() || found.isCharacterDevice();
  } catch {
    return false;
  }
}

/** False where neither file nor descriptor was named. */
export async function writePin(pin: Uint8Array, { pinFile, pinFd }: PinTarget): Promise<boolean> {
  if (pinFile !== undefined) await replaceFile(pinFile, pin);
  else if (pinFd === undefined) return false;
  else writeSync(pinFd, pin);
  return true;
}
