import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Home, mayfly } from './mayfly.ts';

/** A configuration whose CA has a list of refused SIDs, and a directory of one account that stands on it. */
export interface WithList {
  readonly config: string;
  readonly list: string;
  readonly directory: string;
  readonly write: () => ReturnType<typeof mayfly>;
  /** Of `serve`. */
  readonly serving: { readonly args: readonly string[] };
}
export const LISTED = 'S-1-5-21-1-2-3-1601';
export async function withList(home: Home, ca: Readonly<Record<string, unknown>> = {}): Promise<WithList> {
  const at = (name: string) => join(home.beside, name);
  const [config, list, directory] = [at('list.json'), at('refused-sids'), at('directory.json')];
  const settings = { name: 'default', passphrase: { file: home.passphraseFile }, refusedSidList: list, ...ca };
  writeFileSync(config, JSON.stringify({ cas: [settings], service: { directory } }), { mode: 0o600 });
  const accounts = [
    { name: 'root', userPrincipalName: 'root2@corp.example', sid: LISTED, adminCount: 1 },
    { name: 'alice', userPrincipalName: 'alice@corp.example', sid: 'S-1-5-21-1-2-3-1105' },
  ];
  writeFileSync(directory, JSON.stringify({ accounts }), { mode: 0o600 });
  const write = () => mayfly(home, 'ca', 'refused-sids', '--config', config, '--json');
  const { code, stderr } = await write();
  if (code !== 0) throw new Error(stderr);
  return { config, list, directory, write, serving: { args: ['ca', 'serve', '--config', config] } };
}
