import type { Config } from '../../config/config.ts';
import { CrlPublisher, type CrlPublisherEvents } from '../../directory/crl-publisher.ts';
import { directoryObjects } from '../../pki/directory-objects.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { clock } from '../clock.ts';
import { type ForestOptions, forestsOf } from './ad-forests.ts';
import type { ChosenCa } from './chosen-ca.ts';
import { publishedCa } from './published-ca.ts';

/** The CRLs of one CA and its root, in every forest; `tick` is called every few seconds. */
export interface CrlPublication {
  readonly publishers: readonly CrlPublisher[];
  tick(): Promise<void>;
  close(): void;
}
/** @throws MayflyError `ca-lab`, `ad-forest` */
export async function crlPublication(
  config: Config,
  chosen: Pick<ChosenCa, 'folder' | 'name'>,
  events: CrlPublisherEvents,
  options: ForestOptions = {},
): Promise<CrlPublication> {
  const ca = await publishedCa(chosen);
  const forests = await forestsOf(config, options);
  const publishers = forests.flatMap(({ name: forest, controllers }) =>
    directoryObjects(ca, forest)
      .filter(({ duty }) => duty === 'service-account')
      .map(({ name }) => {
        const object = async () => {
          const found = directoryObjects(await publishedCa(chosen), forest).find((each) => each.name === name);
          if (found) return found;
          throw new MayflyError('ca-changed', `CA "${chosen.name}" has another key than when this began`, { next: 'restart it' });
        };
        return new CrlPublisher({ forest, controllers, object }, events, clock);
      }),
  );
  return {
    publishers,
    async tick() {
      for (const publisher of publishers) await publisher.tick();
    },
    close() {
      for (const { controllers } of forests) controllers.close();
    },
  };
}
