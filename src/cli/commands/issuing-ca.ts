import type { SocketOf } from '../../ca/card-issuer.ts';
import { activeGeneration } from '../../ca/rotation.ts';
import type { Config } from '../../config/config.ts';
import type { Store } from '../../store/store.ts';
import { clock } from '../clock.ts';
import type { ServiceLog } from '../service-log.ts';
import { chosenOf } from './chosen-ca.ts';

/**
 * Which CA issues, asked anew each time: a rotation takes no restart. That it is another one is in the journal before that one is asked
 * for anything.
 * @param first of the row; its socket where the plan has one of its own
 */
export function issuingCa(
  config: Config,
  first: { readonly name: string; readonly socket: string },
  store: Pick<Store, 'commit'>,
  log: ServiceLog,
): SocketOf {
  let known: string | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  async function look() {
    const { name } = await activeGeneration(config.home, first.name);
    if (known !== undefined && known !== name) {
      await store.commit({ entries: [{ event: 'ca-changed', at: clock(), from: known, to: name }] });
      log.line(`CA "${name}" issues from now on, no longer "${known}"`);
    }
    known = name;
    return { name, path: name === first.name ? first.socket : chosenOf(config, name).socket };
  }
  return () => {
    const looked = turn.then(look);
    turn = looked.catch(() => undefined);
    return looked;
  };
}
