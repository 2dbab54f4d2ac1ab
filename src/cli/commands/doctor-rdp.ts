import { certificatesOf } from '../../ca/pem.ts';
import { type Config, RDP_PORT } from '../../config/config.ts';
import { sha256 } from '../../crypto/digest.ts';
import type { Look } from '../../doctor/examine.ts';
import { cannotTell, type Finding, wrong } from '../../doctor/finding.ts';
import { portFault } from '../../doctor/port.ts';
import { type RdpProfile, rdpHostChecks, rdpHostFindings } from '../../doctor/rdp-host.ts';
import { converse } from '../../net/converse.ts';
import { nlaTrust } from '../../net/nla.ts';
import { type HostTrust, RdpTransport } from '../../net/rdp-transport.ts';
import { negotiate } from '../../rdp/negotiate.ts';
import { securityProtocol } from '../../rdp/negotiation-code.ts';
import { toHex } from '../../wire/hex.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { clock } from '../clock.ts';
import { readGiven } from './ca-install.ts';
import { answersOf, nlaOf, type Where } from './rdp-answers.ts';

/** Milliseconds for each answer. */
const PATIENCE = 3000;
const LOOK = 15_000;
const { ssl, hybrid, hybridEx } = securityProtocol;

/** The host's RDP port, as the gateway would dial it. @param name lower case */
export function rdpLook({ targets }: Pick<Config, 'targets'>, name: string): Look {
  const target = targets.find((each) => each.name === name);
  const { address = name, port = RDP_PORT, security = 'nla', pins = [], anchors: files = [] } = target ?? {};
  const where: Where = { name, host: address, port, patience: PATIENCE };
  const look = async (): Promise<readonly Finding[]> => {
    const anchors = (await Promise.all(files.map((file) => readGiven(file)))).flatMap(certificatesOf);
    const trust = nlaTrust(pins, anchors, [name]);
    try {
      const answered = await answersOf(where);
      const certificate = answered.find((each) => each.certificate)?.certificate;
      const fingerprint = certificate && toHex(sha256(certificate));
      const nla = nlaOf(answered);
      const says = answered.some(({ accepted }) => accepted) ? undefined : answered[1]?.says;
      const profile: RdpProfile = { security, trust: trust.kind, ...(await judged(where, trust)) };
      return rdpHostFindings(name, { nla, says, fingerprint }, profile);
    } catch (e) {
      if (!(e instanceof MayflyError)) throw e;
      return [
        wrong('port-rdp', name, portFault(`port ${port} of ${address}`, e)),
        ...rdpHostChecks.slice(1).map((check) => cannotTell(check, name, { says: 'it cannot be asked' })),
      ];
    }
  };
  return { checks: rdpHostChecks, about: name, patience: LOOK, look };
}
/** Whether the certificate holds, as a session would find it: only a connection that it was seen on says that it does. */
async function judged({ host, port, patience }: Where, trust: HostTrust): Promise<Pick<RdpProfile, 'fault' | 'untold'>> {
  if (trust.kind === 'unproven') return { fault: undefined };
  let transport: RdpTransport | undefined;
  try {
    transport = await RdpTransport.connect({ host, port, patience, trust, clock });
    const { kind } = await converse(
      negotiate({ negotiation: { flags: 0, protocols: ssl | hybrid | hybridEx } }),
      transport.answers,
    );
    return { fault: undefined, untold: kind === 'selected' ? undefined : 'it showed no certificate when it was to be compared' };
  } catch (e) {
    if (!(e instanceof MayflyError)) throw e;
    if (e.code === 'rdp-certificate') return { fault: e.message };
    return { fault: undefined, untold: `it could not be compared: ${e.message}` };
  } finally {
    transport?.close();
  }
}
