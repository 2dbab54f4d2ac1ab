import { isIP } from 'node:net';
import { join } from 'node:path';
import { certificatesOf } from '../../ca/pem.ts';
import { addressOctets, readServerIdentity } from '../../ca/service-certificate.ts';
import type { Config } from '../../config/config.ts';
import { serviceFolder } from '../../config/service-config.ts';
import type { Look } from '../../doctor/examine.ts';
import { gatewayCertificateFinding } from '../../doctor/gateway-certificate.ts';
import { readCertificate } from '../../x509/certificate.ts';
import { clock } from '../clock.ts';
import { listenAddress } from './service-plan.ts';

/** The certificate that RDP clients see at the gateway; nothing where there is none. */
export function gatewayLooks({ home, service }: Pick<Config, 'home' | 'service'>): Look[] {
  const { gateway, gatewayAddress, names, certificate, key } = service;
  if (gateway === undefined) return [];
  const host = gatewayAddress === undefined ? (names[0] ?? 'localhost') : listenAddress(gatewayAddress).host;
  const own = { certificate: join(serviceFolder(home), 'tls.crt'), key: join(serviceFolder(home), 'tls.key') };
  const files = certificate === undefined || key === undefined ? own : { certificate, key };
  const look = async () => {
    const identity = await readServerIdentity(files);
    const certificates = certificatesOf(new TextEncoder().encode(identity.certificate)).map(readCertificate);
    const address = isIP(host) === 0 ? undefined : addressOctets(host);
    return [gatewayCertificateFinding(host, { certificates, host, address, now: clock() })];
  };
  return [{ checks: ['gateway-certificate'], about: host, look }];
}
