import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../config/config.ts';
import { StaticDirectoryPort } from '../../directory/static-directory-port.ts';
import type { JournalEntry } from '../../journal/entry.ts';
import type { Rules } from '../../policy/rules.ts';
import type { Directory } from '../../session/ports.ts';
import type { Store } from '../../store/store.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { clock } from '../clock.ts';
import { directoryInForce, rulesInForce } from './decision-sources.ts';
import { ldapDirectoryOf } from './directories.ts';
import type { Alarms } from './service-alarms.ts';

type Close = () => Promise<void> | void;
export interface OpenDirectory {
  readonly directory: Directory;
  /** Of a domain, where the directory tells. */
  readonly netBiosName: (domain: string) => Promise<string | undefined>;
  readonly close: Close;
}
/**
 * Active Directory where the configuration has it, else the file.
 * @param changed told where it is another one from now on, as far as that can be noticed
 * @throws MayflyError `directory-…`
 */
export async function openDirectory(config: Config, alarms?: Alarms, changed?: () => void): Promise<OpenDirectory> {
  const ldap = await ldapDirectoryOf(config);
  if (!ldap) {
    const file = await directoryInForce(config, {
      replaced() {
        alarms?.tell('directory-file', undefined);
        changed?.();
      },
      failed: (e) => alarms?.tell('directory-file', e),
    });
    const directory = new StaticDirectoryPort(() => file.value, clock);
    return { directory, netBiosName: async () => undefined, close: () => file.close() };
  }
  if (config.origins['service.directory']?.from === 'file')
    throw new MayflyError('directory-both', 'the configuration has a directory file and Active Directory domains as well', {
      next: 'take out service.directory, or directories',
    });
  return { directory: ldap, netBiosName: (domain) => ldap.netBiosName(domain), close: () => ldap.close() };
}
/** Milliseconds until a change that could not be journaled is tried again. */
const AGAIN = 1000;
const entryOf = ({ digest, rules }: Rules): JournalEntry => {
  return { event: 'policy-loaded', at: clock(), digest, files: [...new Set(rules.map(({ file }) => file))] };
};
/**
 * Those in force; each change of theirs is in the journal before it counts for anybody.
 * @param changed told when others are in force
 * @throws PolicyError, MayflyError
 */
export async function openRules(
  config: Config,
  store: Pick<Store, 'commit' | 'note'>,
  alarms: Alarms,
  changed: () => void,
): Promise<{ readonly rules: () => Rules; readonly close: Close }> {
  let newest: Rules | undefined;
  const read = await rulesInForce(config, {
    replaced: ({ rules }) => void adopt(rules),
    failed(e) {
      store.note({ entries: [{ event: 'policy-refused', at: clock(), sentence: e.message }] });
      alarms.tell('rules', e);
    },
  });
  let current = read.value.rules;
  await store.commit({ entries: [entryOf(current)] });

  async function adopt(rules: Rules): Promise<void> {
    newest = rules;
    while (isAwaited(rules)) {
      try {
        await store.commit({ entries: [entryOf(rules)] });
        current = rules;
        alarms.tell('rules', undefined);
        changed();
      } catch (cause) {
        const message = 'the new rules are not in force: they could not be journaled';
        alarms.tell('rules', new MayflyError('policy-unjournaled', message, { cause }));
        await sleep(AGAIN, undefined, { ref: false });
      }
    }
  }
  /** Still the last that were read, and not in force yet. */
  function isAwaited(rules: Rules): boolean {
    return newest === rules && current !== rules;
  }
  function close() {
    newest = undefined;
    return read.close();
  }
  return { rules: () => current, close };
}
