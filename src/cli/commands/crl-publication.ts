import type { Config } from '../../config/config.ts';
import { CrlPublisher, type CrlPublisherEvents } from '../../directory/crl-publisher.ts';
import { planOf } from '../../directory/publication-plan.ts';
import { type DirectoryObject, directoryObjects } from '../../pki/directory-objects.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { clock } from '../clock.ts';
import { type ForestOptions, forestsOf } from './ad-forests.ts';
import type { ChosenCa } from './chosen-ca.ts';
import { publishedCa } from './published-ca.ts';

/** The CRLs of one CA and its root, in every forest; `tick` is called every few seconds. */
export interface CrlPublication {
  readonly publishers: readonly CrlPublisher[];
  tick(): Promise<void>;
  /** Objects that only an enterprise admin writes and that are not there, by name with their forest. */
  missing(): Promise<readonly string[]>;
  close(): void;
}
const isAdmins = ({ duty }: DirectoryObject) => duty === 'enterprise-admin';

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
      .filter((each) => !isAdmins(each))
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
    async missing() {
      const found = await Promise.all(
        forests.map(async ({ name, controllers }) => {
          const compared = await controllers.run((connection) => planOf(connection, directoryObjects(ca, name).filter(isAdmins)));
          return compared.flatMap((each) => (each.state === 'change' ? [`${each.change.object.name} in ${name}`] : []));
        }),
      );
      return found.flat();
    },
    close() {
      for (const { controllers } of forests) controllers.close();
    },
  };
}
