import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import type { DomainControllers } from '../../directory/domain-controllers.ts';
import { UndoRecord } from '../../directory/undo-record.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import type { CaOptions } from './chosen-ca.ts';
import { type Credentials, controllersOf } from './directories.ts';

/** Options of all commands that look at or write to forests. */
export interface AdOptions extends CaOptions {
  /** One forest instead of all that the configuration has. */
  readonly forest?: string;
  /** An admin instead of the configured account. */
  readonly account?: string;
  readonly passwordFile?: string;
  readonly yes?: boolean;
}
export type ForestOptions = Pick<AdOptions, 'forest' | 'account' | 'passwordFile'>;
export interface Forest {
  readonly name: string;
  readonly controllers: DomainControllers;
}
export function credentialsOf({ account, passwordFile }: ForestOptions): Credentials | undefined {
  if (account === undefined && passwordFile === undefined) return undefined;
  if (account !== undefined && passwordFile !== undefined)
    return { account, password: { file: passwordFile, from: '--password-file' } };
  throw new MayflyError('usage', '--account and --password-file go together', { next: 'give both, or none' });
}
/** Each forest once, by a domain of it that is configured: any domain controller writes the configuration partition. */
export async function forestsOf(config: Config, options: ForestOptions): Promise<readonly Forest[]> {
  const forestOf = (domain: string) => config.domains.find(({ name }) => name === domain)?.forest ?? domain;
  const credentials = credentialsOf(options);
  const wanted = options.forest?.toLowerCase();
  const byForest = new Map(config.directories.toReversed().map((directory) => [forestOf(directory.domain), directory] as const));
  const chosen = [...byForest].filter(([name]) => wanted === undefined || name === wanted).reverse();
  if (chosen.length === 0)
    throw new MayflyError(
      'ad-forest',
      wanted === undefined ? 'no directory is configured' : `no directory of forest ${wanted} is configured`,
      {
        next: 'add it under directories: with domain, account and password',
      },
    );
  return Promise.all(
    chosen.map(async ([name, directory]) => ({
      name,
      controllers: await controllersOf(config, directory, credentials ?? directory),
    })),
  );
}
export const undoRecordOf = (config: Config, ca: string): UndoRecord => new UndoRecord(join(config.home, 'ad', `${ca}.undo`));
