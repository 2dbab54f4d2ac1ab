import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { connect } from 'node:tls';
import type { PlantedFault } from './doctor-faults.ts';
import { type DoctorStage, HOST } from './doctor-stage.ts';
import { DOMAIN } from './domain.ts';
import { opensslCa, opensslCertificate } from './openssl-certificate.ts';
import { poll } from './poll.ts';
import { fingerprintOf } from './rdp-client.ts';

/** Seconds. */
const AHEAD = 600;

/** Those of machines: KDC, host, gateway. */
export async function machineFaults(stage: DoctorStage): Promise<readonly PlantedFault[]> {
  return [...inTheDomainController(stage), ...(await onTheHost(stage)), ...(await inTheGateway(stage))];
}
const inTheDomainController = ({ kdc }: DoctorStage): readonly PlantedFault[] => [
  {
    name: 'a KDC without a certificate',
    checks: ['kdc-certificate'],
    plant: () => kdc.vary({ pkinit: false }),
    takeBack: () => kdc.vary(),
  },
];
/** The last of all: the clock of requests to KDCs never goes back in a process. */
export function clockFault(): PlantedFault {
  const { now } = Date;
  return {
    name: 'a clock ten minutes ahead of the domain controllers',
    checks: ['clock'],
    // That of this machine: all peers have one.
    plant: async () => {
      Date.now = () => now() + AHEAD * 1000;
    },
    takeBack: async () => {
      Date.now = now;
    },
  };
}
async function onTheHost({ lab, forest, host }: DoctorStage): Promise<readonly PlantedFault[]> {
  const stranger = await opensslCa(lab, 'stranger');
  const { key } = await forest.enterprise.tlsServer(`stranger.${DOMAIN}`, '127.0.1.60');
  const plan = { name: 'stranger-host', purposes: ['serverAuth'], more: [`subjectAltName = DNS:${HOST}`] };
  const identity = await opensslCertificate(lab, stranger, key, plan);
  const start = () => host.start();
  return [
    { name: 'a closed port', checks: ['port-rdp'], plant: () => host.stop(), takeBack: start },
    {
      name: 'a host without NLA',
      checks: ['host-nla'],
      plant: () => host.start({ habits: { tlsAlone: true } }),
      takeBack: start,
    },
    {
      name: 'a host with a certificate that is neither pinned nor of a CA that is named',
      checks: ['host-certificate'],
      plant: () => host.start({ identity }),
      takeBack: start,
    },
  ];
}
async function inTheGateway({ lab, gateway }: DoctorStage): Promise<readonly PlantedFault[]> {
  const good = readFileSync(gateway.certificate);
  const ca = { certificate: lab.path('enterprise', 'enterprise-ca.pem'), key: lab.path('enterprise', 'enterprise-ca.key') };
  const plan = { name: 'gateway-ended', purposes: ['serverAuth'], more: [`subjectAltName = DNS:gateway.${DOMAIN}`] };
  const ended = await opensslCertificate(lab, ca, gateway.key, { ...plan, notBefore: -7200, notAfter: -3600 });
  /** Whole at once; until the service shows it. */
  const replaced = async (certificate: Uint8Array) => {
    writeFileSync(`${gateway.certificate}.new`, certificate, { mode: 0o600 });
    renameSync(`${gateway.certificate}.new`, gateway.certificate);
    const wanted = fingerprintOf(gateway.certificate);
    await poll('the certificate in use', 60_000, async () => ((await shownBy('127.0.0.1', 8443)) === wanted ? true : undefined));
  };
  return [
    {
      name: 'a certificate of the gateway that has ended',
      checks: ['gateway-certificate'],
      plant: () => replaced(readFileSync(ended.certificate)),
      takeBack: () => replaced(good),
    },
  ];
}
/** SHA-256 of the certificate that somebody shows, as `fingerprintOf` writes it. */
function shownBy(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256?.replaceAll(':', '').toLowerCase());
      socket.destroy();
    });
    socket.on('error', () => resolve(undefined));
  });
}
