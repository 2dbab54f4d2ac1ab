import { dirname, resolve } from 'node:path';
import { caFolder } from '../../ca/ca-folder.ts';
import type { Config } from '../../config/config.ts';
import { fileVersion, InForce, type InForceEvents, type InForceTimes, type Source } from '../../config/in-force.ts';
import { loadConfig } from '../../config/load-config.ts';
import { type ReadRules, ruleSource } from '../../config/rule-folder.ts';
import { type DocumentKind, readSchemaDocument } from '../../config/schema-document.ts';
import { type DirectoryFile, directoryBounds, directorySchema } from '../../directory/directory-schema.ts';
import { directoryFaults, StaticDirectory } from '../../directory/static-directory.ts';
import { StaticDirectoryPort } from '../../directory/static-directory-port.ts';
import type { BuiltInBounds } from '../../policy/built-in.ts';
import type { Directory } from '../../session/ports.ts';
import type { UnixSeconds } from '../../wire/der-time.ts';
import { ldapDirectoryOf } from './directories.ts';

const directoryKind: DocumentKind<DirectoryFile> = {
  code: 'directory-file',
  called: 'the directory file',
  check: 'correct the file; mayfly policy check shows every fault',
  schema: directorySchema,
  bounds: directoryBounds,
  faultsOf: directoryFaults,
};
export const readDirectoryFile = async (file: string): Promise<StaticDirectory> =>
  new StaticDirectory(await readSchemaDocument(file, directoryKind));

/** @param isRequired false: a file that never was is an empty directory */
function directorySource(file: string, isRequired: boolean): Source<StaticDirectory> {
  let isExpected = isRequired;
  return {
    folder: dirname(file),
    version: () => fileVersion(file),
    async load() {
      if (!isExpected && (await fileVersion(file)) === 'ENOENT') return new StaticDirectory({});
      isExpected = true;
      return readDirectoryFile(file);
    },
  };
}
/** Somebody wrote it down: what is named there has to be there. */
const isSet = ({ origins }: Config, path: string) => origins[path]?.from === 'file';
const rulesOf = (config: Config) => ruleSource(config.service.policy, isSet(config, 'service.policy'));
const directoryOf = (config: Config) => directorySource(config.service.directory, isSet(config, 'service.directory'));

/** The service's rules, kept as their files are. @throws MayflyError where they are not good at the start */
export const rulesInForce = (
  config: Config,
  events?: InForceEvents<ReadRules>,
  times?: InForceTimes,
): Promise<InForce<ReadRules>> => InForce.open(rulesOf(config), events, times);
/** The service's static directory, the same. */
export const directoryInForce = (
  config: Config,
  events?: InForceEvents<StaticDirectory>,
  times?: InForceTimes,
): Promise<InForce<StaticDirectory>> => InForce.open(directoryOf(config), events, times);
/** The same as they are now. @throws MayflyError */
export const readRules = (config: Config): Promise<ReadRules> => rulesOf(config).load();
export const readDirectory = (config: Config): Promise<StaticDirectory> => directoryOf(config).load();

/** What nobody gets whatever the rules say, as the configuration has it; without domains in it, by those of the service's CA. */
export async function builtInBounds({ service, domains, home }: Config): Promise<BuiltInBounds> {
  const ofDomains = domains.flatMap(({ upnSuffixes }) => upnSuffixes);
  const folder = caFolder(home, service.ca);
  const ofCa = async () => ((await folder.exists()) ? (await folder.readSettings()).domains : []);
  return {
    exceptedSids: new Set(service.exceptedSids),
    ownAccountSids: new Set(service.ownAccountSids),
    upnSuffixes: service.upnSuffixes ?? (ofDomains.length > 0 ? ofDomains : await ofCa()),
  };
}

/** Options of every command that asks the rules. */
export interface DecisionOptions {
  readonly config?: string;
  readonly json?: boolean;
  /** In place of those that the configuration names. */
  readonly rules?: string;
  readonly directory?: string;
  readonly args: readonly string[];
}
/** All that a decision needs, as it is now. */
export interface DecisionSources {
  readonly read: ReadRules;
  readonly bounds: BuiltInBounds;
  /** The file; of Active Directory nothing is read before it is asked. */
  readonly file: StaticDirectory | undefined;
  /** As it is at some time; Active Directory as it is now. */
  readonly directoryAt: (clock: () => UnixSeconds) => Directory;
  readonly close: () => void;
}
/** @throws MayflyError */
export async function decisionSources(options: DecisionOptions): Promise<DecisionSources> {
  const config = await loadConfig({ env: process.env, file: options.config });
  const rules = options.rules === undefined ? rulesOf(config) : ruleSource(resolve(options.rules), true);
  const [read, bounds] = [await rules.load(), await builtInBounds(config)];
  const ldap = options.directory === undefined ? await ldapDirectoryOf(config) : undefined;
  if (ldap) return { read, bounds, file: undefined, directoryAt: () => ldap, close: () => ldap.close() };
  const given = options.directory === undefined ? directoryOf(config) : directorySource(resolve(options.directory), true);
  const file = await given.load();
  return { read, bounds, file, directoryAt: (clock) => new StaticDirectoryPort(() => file, clock), close: () => undefined };
}
