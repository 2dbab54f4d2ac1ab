import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { CaFolder } from '../../src/ca/ca-folder.ts';
import { CaServer } from '../../src/ca/ca-server.ts';
import { CertificationAuthority } from '../../src/ca/certification-authority.ts';
import type { RefusedSidFile } from '../../src/ca/refused-sid-file.ts';
import { bounds, clock, openCa, passphrase } from './made-ca.ts';
import { RawConnection } from './raw-connection.ts';

/** A CA behind its socket, in this process, with everything its own log would say. */
export interface ServedCa {
  readonly folder: CaFolder;
  readonly authority: CertificationAuthority;
  readonly server: CaServer;
  readonly path: string;
  readonly refused: string[];
  readonly failed: unknown[];
  connect(): Promise<RawConnection>;
}
export async function servedCa(folder: CaFolder, list?: RefusedSidFile | 'none'): Promise<ServedCa> {
  const authority =
    list === 'none' ? await CertificationAuthority.open(folder, passphrase, bounds, clock) : await openCa(folder, clock, list);
  await authority.keepCrlFresh();
  const refused: string[] = [];
  const failed: unknown[] = [];
  const path = join(folder.path, 'ca.sock');
  const server = await CaServer.listen(authority, path, {
    refused: (reasons) => refused.push(reasons.join('; ')),
    failed: (e) => failed.push(e),
  });
  const connections: RawConnection[] = [];
  afterAll(async () => {
    for (const connection of connections) connection.close();
    await server.close();
    await authority.close();
  });
  const connect = async () => {
    const connection = await RawConnection.open(path);
    connections.push(connection);
    return connection;
  };
  return { folder, authority, server, path, refused, failed, connect };
}
