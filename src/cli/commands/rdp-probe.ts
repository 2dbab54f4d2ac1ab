import type { TargetConfig } from '../../config/config.ts';
import { RDP_PORT } from '../../config/config.ts';
import { loadConfig } from '../../config/load-config.ts';
import { sha256 } from '../../crypto/digest.ts';
import { converse } from '../../net/converse.ts';
import { type Connected, connectionSequence, type NotConnected, type Stage, stages } from '../../rdp/connection-sequence.ts';
import { responseFlag, securityProtocol } from '../../rdp/negotiation-code.ts';
import { offeredCapabilities } from '../../rdp/offered-capabilities.ts';
import { clientInfoOfNobody } from '../../rdp/offered-client-info.ts';
import { cardChannels, offeredSettings } from '../../rdp/offered-settings.ts';
import { isoTime } from '../../wire/der-time.ts';
import { toHex } from '../../wire/hex.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { readCertificate } from '../../x509/certificate.ts';
import { printableName } from '../../x509/name-text.ts';
import { oid } from '../../x509/oid.ts';
import { readSubjectAltName } from '../../x509/subject-alt-name.ts';
import { clock } from '../clock.ts';
import { describeFailure } from '../failure.ts';
import { print, table } from '../print.ts';
import { answersOf, connected, nlaOf, type Where } from './rdp-answers.ts';

interface ProbeOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly port?: number;
  readonly seconds: number;
  readonly args: readonly string[];
}
interface Reached {
  readonly stage: Stage;
  readonly says: string;
}
/** Nobody looks at it. */
export const screen = {
  desktopWidth: 1024,
  desktopHeight: 768,
  bitsPerPixel: 16,
  keyboardLayout: 0x409,
  keyboardType: 4,
  keyboardSubType: 0,
  keyboardFunctionKey: 12,
};
/** How far a client gets that names nobody: to the logon screen, where the host lets it. */
async function reach(where: Where): Promise<Reached> {
  const transport = await connected(where);
  let stage: Stage = 'negotiation';
  const plan = connectionSequence({
    offer: { negotiation: { flags: 0, protocols: securityProtocol.ssl } },
    settings: ({ protocol, flags }) =>
      offeredSettings({
        offer: screen,
        clientName: 'mayfly',
        selectedProtocol: protocol,
        extendedClientData: (flags & responseFlag.extendedClientDataSupported) !== 0,
        channels: cardChannels,
      }),
    clientInfo: clientInfoOfNobody,
    capabilities: () => offeredCapabilities(screen),
    onStage: (next) => {
      stage = next;
    },
  });
  try {
    const outcome: Connected | NotConnected = await converse(plan, transport.answers);
    if (outcome.kind === 'active') return { stage: 'active', says: 'a session without a user: the logon screen' };
    return { stage: outcome.stage, says: `${outcome.name}: ${outcome.sentence}` };
  } catch (e) {
    if (!(e instanceof MayflyError)) throw e;
    return { stage, says: e.message };
  } finally {
    transport.close();
  }
}
/** As much as can be read of what a stranger sent for a certificate. */
function contentsOf(der: Uint8Array) {
  try {
    const { subjectText: subject, issuerText: issuer, notAfter, extensions } = readCertificate(der);
    const { dNSNames: names } = readSubjectAltName(extensions.get(oid.subjectAltName)?.value);
    return { subject, issuer, notAfter: isoTime(notAfter), expired: notAfter <= clock(), names };
  } catch (e) {
    if (!(e instanceof MayflyError)) throw e;
    return { subject: '(cannot be read)', issuer: '(cannot be read)', notAfter: '(cannot be read)', expired: false, names: [] };
  }
}
function certificateFacts(der: Uint8Array, target: TargetConfig | undefined) {
  const fingerprint = toHex(sha256(der));
  const pinned = target && target.pins.length > 0 ? target.pins.includes(fingerprint) : null;
  return { ...contentsOf(der), sha256: fingerprint, pinned };
}
const shownNla = {
  required: 'required, as Windows ships: leave it on',
  offered: 'offered, but not required: the host takes weaker connections, too',
  none: 'none: the host needs `security: tls` and a pin or a CA in its profile',
} as const;

async function whereIs(options: ProbeOptions): Promise<{ where: Where; target: TargetConfig | undefined }> {
  const config = await loadConfig({ env: process.env, file: options.config });
  const [name = ''] = options.args;
  const target = config.targets.find((each) => each.name === name.toLowerCase());
  const port = options.port ?? target?.port ?? RDP_PORT;
  return { where: { name, host: target?.address ?? name, port, patience: options.seconds * 1000 }, target };
}
/** `mayfly rdp probe HOST`: what the host speaks, what it shows, and how far a stranger gets. */
export async function rdpProbe(options: ProbeOptions): Promise<number> {
  const { where, target } = await whereIs(options);
  const answered = await answersOf(where);
  const takesTls = answered[1]?.accepted ?? false;
  const reached: Reached = takesTls
    ? await reach(where).catch((e: unknown) => ({ stage: 'negotiation' as const, says: describeFailure(e).message }))
    : { stage: 'negotiation', says: answered[1]?.says ?? '' };
  const der = answered.find(({ certificate }) => certificate)?.certificate;
  const certificate = der ? certificateFacts(der, target) : null;
  const nla = nlaOf(answered);
  const protocols = answered.map(({ offer, accepted, says }) => ({ offer, accepted, says }));
  const at = `${where.host}:${where.port}`;
  print(options.json, { host: where.name, at, protocols, nla, certificate, withoutCredentials: reached }, [
    ...table([
      ['host', where.name === where.host ? at : `${where.name} at ${at}`],
      ...protocols.map(({ offer, accepted, says }) => [offer, `${accepted ? 'yes' : 'no'}: ${says}`] as const),
      ['NLA', shownNla[nla]],
      ...(certificate
        ? ([
            [
              'certificate',
              `${certificate.subject}, issued by ${certificate.issuer}, until ${certificate.notAfter}${certificate.expired ? ' (expired)' : ''}`,
            ],
            ['names', certificate.names.slice(0, 8).map(printableName).join(', ') || '(none)'],
            ['sha-256', certificate.sha256],
            ['pin', certificate.pinned === null ? 'none is configured' : certificate.pinned ? 'matches' : 'DOES NOT MATCH'],
          ] as const)
        : []),
      [
        'a stranger',
        `${reached.stage === 'active' ? 'reaches' : 'is stopped at'} ${reached.stage} (${stages.indexOf(reached.stage) + 1} of ${stages.length}): ${reached.says}`,
      ],
    ]),
  ]);
  return certificate?.pinned === false ? 1 : 0;
}
