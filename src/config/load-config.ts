import { resolve } from 'node:path';
import { addressFaults } from './address-faults.ts';
import type { Config, Origin } from './config.ts';
import { defaultDataFolder, environmentDataFolder } from './data-folder.ts';
import { type ConfigDocument, type DocumentFault, lineAndColumn } from './document.ts';
import { effectiveConfig } from './effective.ts';
import { ConfigError, type Fault } from './fault.ts';
import { type ConfigFile, fileSchema } from './file-schema.ts';
import { placed } from './placed-faults.ts';
import { parseConfig, readConfigFile, Unreadable } from './read-document.ts';
import { referenceFaults } from './references.ts';
import { type Setting, settingPointer, settingsOf, soundSettings } from './settings.ts';

export interface ConfigInput {
  readonly env: NodeJS.ProcessEnv;
  /** `--config`; beats MAYFLY_CONFIG. */
  readonly file?: string | undefined;
}
export interface ConfigExamination {
  readonly file: string | undefined;
  /** Undefined if there are faults. */
  readonly config: Config | undefined;
  /** The effective values; if there are faults, those that the file gives without fault. */
  readonly settings: readonly Setting[];
  readonly faults: readonly Fault[];
}

/** The effective configuration. @throws ConfigError with every fault */
export async function loadConfig(input: ConfigInput): Promise<Config> {
  const { config, faults } = await examineConfig(input);
  if (config === undefined) throw new ConfigError(faults);
  return config;
}

/** The configuration with its faults, for those who want to see both. */
export async function examineConfig({ env, file: option }: ConfigInput): Promise<ConfigExamination> {
  const environment = environmentDataFolder(env);
  const fallback = () => defaultDataFolder(env);
  const name = option ?? (env['MAYFLY_CONFIG'] || undefined);
  if (name === undefined) {
    const config = effectiveConfig({ settings: {}, file: undefined, environment, fallback, originOf: () => undefined });
    return { file: undefined, config, settings: settingsOf(config), faults: [] };
  }
  const file = resolve(name);
  const unreadable = (fault: Omit<Fault, 'path' | 'file' | 'line' | 'column'>): ConfigExamination => ({
    file,
    config: undefined,
    settings: [],
    faults: [{ path: '', file, line: undefined, column: undefined, message: fault.message, next: fault.next }],
  });

  const bytes = await readConfigFile(file);
  if (bytes instanceof Unreadable) return unreadable(bytes);
  const document = await parseConfig(bytes, file);
  const faults = await faultsOf(document);
  const originOf = originsIn(document, file);
  if (faults.length > 0) {
    const sound = soundSettings(
      document,
      faults.map(({ pointer }) => pointer),
      originOf,
    );
    // The data folder can be told all the same, unless the file's own is faulty.
    const own = sound.find(({ path }) => path === 'home')?.value;
    const settings = typeof own === 'string' ? { home: own } : {};
    const known = faults.some(({ pointer }) => pointer === '/home' || document.value === undefined)
      ? []
      : settingsOf(effectiveConfig({ settings, file, environment, fallback, originOf })).filter(({ path }) => path === 'home');
    return {
      file,
      config: undefined,
      settings: [...known, ...sound.filter(({ path }) => path !== 'home')],
      faults: placed(faults, document, file, fileSchema),
    };
  }

  // The schema has just said so.
  const settings = document.value as ConfigFile;
  const config = effectiveConfig({ settings, file, environment, fallback, originOf });
  const late = socketFaults(config, document);
  if (late.length > 0)
    return { file, config: undefined, settings: settingsOf(config), faults: placed(late, document, file, fileSchema) };
  return { file, config, settings: settingsOf(config), faults: [] };
}

async function faultsOf(document: ConfigDocument): Promise<readonly DocumentFault[]> {
  if (document.value === undefined) return document.faults;
  // 70 ms of imports that a start without a file does not pay.
  const { schemaFaults } = await import('./schema-faults.ts');
  const faults = document.faults.concat(schemaFaults(document, fileSchema));
  return faults.concat(referenceFaults(document, faults), addressFaults(document, faults));
}

function originsIn({ text, places }: ConfigDocument, file: string): (path: string) => Origin | undefined {
  return (path) => {
    const place = places.get(settingPointer(path));
    return place && { from: 'file', file, ...lineAndColumn(text, place.value) };
  };
}

/** unix(7): sun_path holds 108 octets, the last of them NUL. */
function socketFaults({ cas }: Config, { places }: ConfigDocument): DocumentFault[] {
  return cas.flatMap(({ socket }, i) => {
    if (Buffer.byteLength(socket) <= 107) return [];
    const given = places.get(`/cas/${i}/socket`);
    const pointer = given ? `/cas/${i}/socket` : `/cas/${i}`;
    const at = (given ?? places.get(pointer))?.value ?? 0;
    return [
      {
        pointer,
        at,
        message: 'the path of the socket is over 107 bytes',
        next: 'give a shorter socket, such as /run/mayfly/ca.sock',
      },
    ];
  });
}
