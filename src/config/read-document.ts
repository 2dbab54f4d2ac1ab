import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import { type ConfigDocument, configBounds, type DocumentFault } from './document.ts';
import { readJson } from './json-document.ts';

/** What keeps the file from being read at all. */
export class Unreadable {
  readonly message: string;
  readonly next: string;
  constructor(message: string, next: string) {
    this.message = message;
    this.next = next;
  }
}

/** The file's octets, or why there are none. */
export async function readConfigFile(file: string, most: number = configBounds.octets): Promise<Uint8Array | Unreadable> {
  try {
    // Not blocking: a named pipe without a writer would stop the program here.
    await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = await handle.stat();
    if (!stat.isFile()) return new Unreadable('not a regular file', 'name a JSON or YAML file');
    if (stat.mode & 0o002) return new Unreadable('everybody may write this file', `chmod o-w ${file}`);
    const buffer = new Uint8Array(Math.min(stat.size, most) + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read) {
      ({ bytesRead: read } = await handle.read(buffer, length, buffer.length - length, length));
    }
    if (length > most) return new Unreadable(`larger than ${most >> 20} MiB`, 'name another file, or make it smaller');
    // A file that grows or shrinks is being written.
    if (length !== stat.size) return new Unreadable('the file changed while it was read', 'try again');
    return buffer.subarray(0, length);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      return new Unreadable(
        'there is no such file',
        'make the file, or correct what names it: a setting, MAYFLY_CONFIG or an option',
      );
    if (code === 'EACCES')
      return new Unreadable('this user may not read the file', `let the service's user read it: chmod or chown ${file}`);
    return new Unreadable(`the file cannot be read (${typeof code === 'string' ? code : 'unknown reason'})`, 'check the path');
  }
}

/** JSON or YAML, by the file's ending, else by its first character. YAML costs an import of 30 ms, JSON nothing. */
export async function parseConfig(
  bytes: Uint8Array,
  file: string,
  values: number = configBounds.values,
): Promise<ConfigDocument> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes); // drops a byte order mark
  } catch {
    return unread('', 0, 'not UTF-8', 'save the file as UTF-8');
  }
  // YAML 1.2.2 5.1, JSON and every editor agree that these have no place in a text.
  const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufeff\ufffe\uffff]/.exec(text);
  if (control) return unread(text, control.index, 'a control character', 'remove it');
  const ending = extname(file).toLowerCase();
  const isJson = ending === '.json' || (ending !== '.yaml' && ending !== '.yml' && /^\s*[{[]/.test(text));
  const document = isJson ? readJson(text, values) : (await import('./yaml-document.ts')).readYaml(text, values);
  // An empty file is what a full disk leaves behind: that nothing is set is said, not guessed.
  if (document.value === null && document.faults.length === 0)
    return unread(text, 0, 'the file holds no setting', 'write {} for none');
  return document;
}

function unread(text: string, at: number, message: string, next: string): ConfigDocument {
  const fault: DocumentFault = { pointer: '', at, message, next };
  return { text, value: undefined, places: new Map(), faults: [fault] };
}
