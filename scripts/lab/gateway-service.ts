import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { said } from './clients/expected.ts';
import { DOMAIN, type Domain } from './domain.ts';
import type { LabRun } from './lab-run.ts';
import type { Mayfly } from './mayfly.ts';
import type { ProcessGroup } from './process-group.ts';
import { ServiceProcess } from './service-process.ts';
import { HOST } from './terminal-services.ts';

export const GATEWAY = { address: '127.0.1.70', port: 3389 };
/** What clients are told: the end of a wire to it. */
export const WIRE = { address: '127.0.1.71', port: 3389 };
export const XRDP = `xrdp.${DOMAIN}`;
export const SHADOW = `shadow.${DOMAIN}`;
export const DRIVES = `drives.${DOMAIN}`;
export const CLOSED = `closed.${DOMAIN}`;
const WINDOWS = '127.0.1.60';
const ENTRY = join(import.meta.dirname, '../../src/cli/mayfly.js');

const rules = `@id("lab") @minutes("30") @channels("drives printers clipboard-in clipboard-out audio-out") @allows("reauthentication")
permit (principal, action == Action::"open", resource in Label::"access=self") when { context.account.own };
@id("closed") @minutes("30")
permit (principal, action == Action::"open", resource in Label::"access=closed") when { context.account.own };
`;
/** Fingerprints of the hosts that Kerberos does not prove, and the port of the one that looks at drives. */
export interface Pins {
  readonly xrdp: string;
  readonly shadow: string;
  readonly drives: string;
  readonly drivesPort: number;
}
/** A service with a gateway, and its owner's way to it. */
export class GatewayLab {
  readonly service: ServiceProcess;
  readonly mayfly: Mayfly;
  readonly #lab: LabRun;
  readonly #options: readonly string[];
  constructor(lab: LabRun, mayfly: Mayfly, service: ServiceProcess, options: readonly string[]) {
    this.#lab = lab;
    this.mayfly = mayfly;
    this.service = service;
    this.#options = options;
  }
  /** `mayfly connect`, which opens the stock client on a screen and runs until that ends. */
  connect(name: string, host: string, display: string): ProcessGroup {
    const environment = {
      ...this.mayfly.environment,
      DISPLAY: display,
      HOME: this.#lab.path('client'),
      PATH: process.env['PATH'] ?? '',
    };
    return this.#lab.start(name, process.execPath, [ENTRY, 'connect', host, ...this.#options], environment);
  }
  /** The .rdp file of a session that is opened later, or again; its lines by their names. @param host its name, or `--session` and an id */
  async launch(...host: readonly string[]): Promise<{ readonly session: string; readonly file: ReadonlyMap<string, string> }> {
    const path = this.#lab.path('client', 'launch.rdp');
    const told = await this.mayfly.attempt('connect', ...host, '--file', path, ...this.#options);
    const session = said(told.stderr, /session ([0-9a-f]{32})/);
    const lines = readFileSync(path, 'utf8').trim().split('\r\n');
    return { session, file: new Map(lines.map((line) => [line.split(':')[0] ?? '', line.split(':').slice(2).join(':')])) };
  }
  /** Writes one of the service's files anew, in one piece. @returns how to put it back */
  rewrite(path: string, change: (text: string) => string): () => void {
    const file = join(this.mayfly.home, 'service', path);
    const before = readFileSync(file, 'utf8');
    writeFileSync(`${file}.new`, change(before), { mode: 0o600 });
    renameSync(`${file}.new`, file);
    return () => void this.rewrite(path, () => before);
  }
  session(command: string, ...args: readonly string[]): Promise<string> {
    return this.mayfly.run('session', command, ...args, ...this.#options);
  }
  /** Ids of the sessions in a state, newest first. */
  async sessions(state: string): Promise<string[]> {
    const told = await this.session('list', '--state', state);
    return [...told.matchAll(/^([0-9a-f]{32}) /gm)].map(([, id = '']) => id);
  }
  /** Entries of the journal of that event. */
  async journal(event: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const told = await this.mayfly.run('journal', 'export', ...this.#options.slice(0, 2));
    const entries = told
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { readonly entry: string }).entry)
      .map((entry) => JSON.parse(entry) as Readonly<Record<string, unknown>>);
    return entries.filter((entry) => entry['event'] === event);
  }
}
/** Service, directory, rules and configuration, as an administrator writes them. */
export async function startGatewayService(
  lab: LabRun,
  { mayfly, enterprise, samba, sids }: Domain,
  pins: Pins,
): Promise<GatewayLab> {
  const folder = join(mayfly.home, 'service');
  const base = sids.alice.replace(/-\d+$/, '');
  const write = (path: string, text: string) => writeFileSync(join(folder, path), text, { mode: 0o600 });
  for (const each of [folder, join(folder, 'policy')]) mkdirSync(each, { recursive: true, mode: 0o700 });
  write('policy/lab.cedar', rules);
  write(
    'directory.yaml',
    `groups: [{ name: Desktop Users, sid: ${base}-1201 }]
accounts:
  - { name: alice, userPrincipalName: alice@${DOMAIN}, sid: ${sids.alice}, memberOf: [Desktop Users] }
hosts:
  - { name: ${XRDP}, labels: { access: self } }
  - { name: ${SHADOW}, labels: { access: self } }
  - { name: ${HOST}, labels: { access: self } }
  - { name: ${DRIVES}, labels: { access: self } }
  - { name: ${CLOSED}, labels: { access: closed } }
`,
  );
  const tls = (name: string, address: string, pin: string) =>
    `  - { name: ${name}, address: ${address}, security: tls, pins: ["${pin}"], userNameHint: labuser, logon: without-card }`;
  const withDrives = (name: string) =>
    `  - { name: ${name}, address: 127.0.0.1, port: ${pins.drivesPort}, security: tls, pins: ["${pins.drives}"] }`;
  const file = lab.write(
    'mayfly.yaml',
    `home: ${mayfly.home}
domains: [{ name: ${DOMAIN} }]
cas: [{ name: ${mayfly.ca}, passphrase: { file: ${mayfly.passphrase} } }]
realms: [{ name: ${samba.realm}, kdcs: ["${samba.address}"], anchors: [${enterprise.certificate}] }]
targets:
${tls(XRDP, '127.0.1.50', pins.xrdp)}
${tls(SHADOW, '127.0.1.51', pins.shadow)}
  - { name: ${HOST}, address: ${WINDOWS} }
${withDrives(DRIVES)}
${withDrives(CLOSED)}
service:
  ca: ${mayfly.ca}
  gateway: ${GATEWAY.address}:${GATEWAY.port}
  gatewayAddress: ${WIRE.address}:${WIRE.port}
`,
  );
  const config = ['--config', file];
  const service = await ServiceProcess.start(lab, mayfly, 'service', ...config);
  const token = lab.path('alice.token');
  await mayfly.run('token', 'create', '--person', `alice@${DOMAIN}`, '--out', token, ...config);
  return new GatewayLab(lab, mayfly, service, [...config, '--token-file', token]);
}
