import { createSecureContext } from 'node:tls';
import { MayflyError } from '../wire/mayfly-error.ts';

/** PEM. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
}
export const secureContextOf = ({ certificate, key }: TlsFiles) => ({ cert: certificate, key, minVersion: 'TLSv1.2' as const });

export interface TlsReloadOptions {
  /** Reads the files; `version` changes when one of them does. */
  readonly read: () => Promise<TlsFiles & { readonly version: string }>;
  readonly server: { setSecureContext(options: ReturnType<typeof secureContextOf>): void };
  /** The version that the server began with. */
  readonly version: string;
  /** What is wrong with the new files, once for each; undefined when they are good again. */
  readonly alarm: (e: MayflyError | undefined) => void;
  /** Milliseconds. */
  readonly every?: number;
}
/** New connections get the certificate that lies in the files now; a broken one leaves the old in use. Returns what ends it. */
export function reloadTls({ read, server, version, alarm, every = 5000 }: TlsReloadOptions): () => void {
  let used = version;
  let complained: string | undefined;
  const complain = (of: string, e: MayflyError) => {
    if (complained !== of) alarm(e);
    complained = of;
  };
  const look = async (): Promise<void> => {
    const found = await read().catch((cause: unknown) =>
      fault('the new certificate of the service or its key cannot be read', cause),
    );
    if (found instanceof MayflyError) return complain(found.message, found);
    if (found.version === used) {
      if (complained !== undefined) alarm(undefined);
      complained = undefined;
      return;
    }
    try {
      const context = secureContextOf(found);
      // Two files are not replaced at one time: a certificate with another's key is refused here.
      createSecureContext(context);
      server.setSecureContext(context);
      used = found.version;
      if (complained !== undefined) alarm(undefined);
      complained = undefined;
    } catch (cause) {
      complain(found.version, fault('the new certificate of the service is not usable with its key', cause));
    }
  };
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const again = () => {
    timer = setTimeout(() => void look().finally(() => isOver || again()), every).unref();
  };
  again();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
const fault = (message: string, cause: unknown) =>
  new MayflyError('service-certificate', message, { cause, next: 'mend both files; the old certificate is in use until then' });
