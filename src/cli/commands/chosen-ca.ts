import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFile, makeFolder } from '../../ca/atomic-file.ts';
import { type CaFolder, type CaSettings, caFolder, casFolder } from '../../ca/ca-folder.ts';
import type { CaPlan } from '../../ca/create-ca.ts';
import type { KeyKind } from '../../ca/key-kind.ts';
import { RefusedSidFile } from '../../ca/refused-sid-file.ts';
import { firstName } from '../../ca/rotation.ts';
import { type CaConfig, type Config, defaultMaxLifetimeMinutes } from '../../config/config.ts';
import { loadConfig } from '../../config/load-config.ts';
import { readSecret, type SecretSource } from '../../config/secret.ts';
import { type Bounds, MINUTE } from '../../pki/bounds.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import type { SidPlacement } from '../../x509/logon-certificate.ts';

/** Options that every command on one CA has. */
export interface CaOptions {
  /** Its name; otherwise that of the service's. */
  readonly ca?: string;
  readonly config?: string;
  readonly json?: boolean;
  readonly passphraseFile?: string;
  readonly args: readonly string[];
}
/** Options of those that make one. */
export interface PlanOptions extends CaOptions {
  readonly domain?: readonly string[];
  readonly forest?: string;
  readonly crlUrl?: string;
  readonly sid: SidPlacement;
  readonly ekuConstraint: boolean;
  readonly key?: KeyKind;
  readonly subject?: string;
  readonly years?: number;
  readonly lab?: boolean;
  readonly withRoot?: boolean;
}
/** One CA with what the configuration says of it. */
export interface ChosenCa {
  readonly config: Config;
  readonly name: string;
  readonly folder: CaFolder;
  readonly configured: CaConfig | undefined;
  readonly socket: string;
}
/** The CA that the service issues with, where a configuration says so: the one that is there for trying things out is not meant. */
const namedCa = ({ origins, service }: Config): string => (origins['service.ca']?.from === 'file' ? service.ca : 'default');
export async function chooseCa(options: CaOptions): Promise<ChosenCa> {
  const config = await loadConfig({ env: process.env, file: options.config });
  return chosenOf(config, options.ca ?? namedCa(config));
}
/** What the configuration says of a CA; one that follows another by rotation goes by the first of the row, but has a socket of its own. */
export function chosenOf(config: Config, name: string): ChosenCa {
  const folder = caFolder(config.home, name);
  const own = config.cas.find((each) => each.name === name);
  const configured = own ?? config.cas.find((each) => each.name === firstName(name));
  return { config, name, folder, configured, socket: own?.socket ?? join(folder.path, 'ca.sock') };
}
/** The same for a CA that must be there. */
export async function existingCa(options: CaOptions): Promise<ChosenCa> {
  const chosen = await chooseCa(options);
  if (await chosen.folder.exists()) return chosen;
  throw new MayflyError('ca-missing', `there is no CA named "${chosen.name}" in ${casFolder(chosen.config.home)}`, {
    next: 'see `mayfly ca list`, or make one with `mayfly ca init`',
  });
}

const labPassphraseFile = ({ config, name }: ChosenCa) => join(casFolder(config.home), `${name}.passphrase`);

/** The passphrase of a CA's key, from the option, the configuration, or, for a lab CA, the file that was made with it. */
export async function passphraseOf(chosen: ChosenCa, options: CaOptions): Promise<Uint8Array> {
  const source: SecretSource | undefined = options.passphraseFile
    ? { file: options.passphraseFile, from: '--passphrase-file' }
    : chosen.configured?.passphrase;
  if (source) return readSecret(source);
  const file = labPassphraseFile(chosen);
  if (existsSync(file)) return readSecret({ file });
  throw new MayflyError('ca-passphrase-source', `nothing says where the passphrase of CA "${chosen.name}" is`, {
    next: `write one into a file of mode 0600 and name it with --passphrase-file, or as cas[].passphrase in the configuration`,
  });
}
/**
 * Makes a CA with its passphrase. For a lab CA one is made and kept beside it, where it keeps nobody out who can read the data
 * folder; it goes again when the CA could not be made.
 */
export async function withNewPassphrase<T>(
  chosen: ChosenCa,
  options: PlanOptions,
  make: (passphrase: Uint8Array) => Promise<T>,
): Promise<T> {
  const file = labPassphraseFile(chosen);
  const isWanted = options.lab === true && !options.passphraseFile && !chosen.configured && !existsSync(file);
  const wasThere = await chosen.folder.exists();
  let isOurs = false;
  try {
    if (isWanted) {
      await makeFolder(casFolder(chosen.config.home));
      isOurs = await makeFile(file, `${randomBytes(24).toString('base64url')}\n`);
    }
    const passphrase = await passphraseOf(chosen, options);
    const made = await make(passphrase);
    passphrase.fill(0);
    return made;
  } catch (e) {
    // A CA that another command made meanwhile was made with this very passphrase.
    if (isOurs && (wasThere || !(await chosen.folder.exists()))) await unlink(file).catch(() => undefined);
    throw e;
  }
}

export function planOf(options: PlanOptions): CaPlan {
  return {
    keyKind: options.key ?? 'rsa-3072',
    subject: options.subject,
    years: options.years ?? 5,
    domains: options.domain ?? [],
    forest: options.forest,
    crlUrl: options.crlUrl,
    sidPlacement: options.sid,
    ekuConstraint: options.ekuConstraint,
    lab: options.lab ?? false,
    withRoot: options.withRoot ?? false,
  };
}
/** The directory's list of refused SIDs, where one is configured. */
export const refusedSidFileOf = ({ configured }: ChosenCa): RefusedSidFile | undefined =>
  configured?.refusedSidList === undefined
    ? undefined
    : new RefusedSidFile(configured.refusedSidList, configured.refusedSidListMaxAgeMinutes * MINUTE);
/** What the CA process holds every request to. Without a word in the configuration: its own domains, the longest lifetime. */
export function boundsOf({ config, configured }: ChosenCa, settings: CaSettings): Bounds {
  const ofDomain = (name: string) => config.domains.find((domain) => domain.name === name)?.upnSuffixes ?? [name];
  const upnSuffixes = configured?.upnSuffixes ?? settings.domains.flatMap(ofDomain);
  return {
    maxLifetime: (configured?.maxLifetimeMinutes ?? defaultMaxLifetimeMinutes) * MINUTE,
    upnSuffixes: [...new Set(upnSuffixes.map((suffix) => suffix.toLowerCase()))],
    refusedSids: new Set(configured?.refusedSids ?? []),
    exceptedSids: new Set(configured?.exceptedSids ?? []),
  };
}
