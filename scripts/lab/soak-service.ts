import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiClient } from '../../src/client/api-client.ts';
import { DOMAIN } from './domain.ts';
import type { LabRun } from './lab-run.ts';
import type { Mayfly } from './mayfly.ts';
import { ServiceProcess } from './service-process.ts';
import type { SoakHosts } from './soak-host-lines.ts';

export const GATEWAY_PORT = 3389;
export const TARGETS: readonly string[] = ['desk1', 'desk2', 'desk3'].map((name) => `${name}.${DOMAIN}`);
const SID = 'S-1-5-21-1004336348-1177238915-682003330';
const PATIENCE = 120_000;
/** Everybody comes from one address, and stands for many people. */
const LIMITS = `{ halfOpen: 1000, halfOpenPerAddress: 1000, handshakesPerAddressPerMinute: 100000, handshakesPerMinute: 100000,
    sessionsPerCallerPerMinute: 100000, sessionsPerMinute: 100000, requestsPerAddressPerMinute: 1000000, cardMinutes: 15 }`;

/** A service with a gateway whose hosts are proven by their certificates, and the ways to ask it. */
export class SoakService {
  readonly process: ServiceProcess;
  readonly #mayfly: Mayfly;
  readonly #lab: LabRun;
  readonly #config: readonly string[];
  private constructor(lab: LabRun, mayfly: Mayfly, process: ServiceProcess, config: readonly string[]) {
    this.#lab = lab;
    this.#mayfly = mayfly;
    this.process = process;
    this.#config = config;
  }
  static async start(lab: LabRun, mayfly: Mayfly, hosts: SoakHosts): Promise<SoakService> {
    const folder = join(mayfly.home, 'service');
    mkdirSync(join(folder, 'policy'), { recursive: true, mode: 0o700 });
    const write = (path: string, text: string) => writeFileSync(join(folder, path), text, { mode: 0o600 });
    write(
      'policy/lab.cedar',
      '@id("lab") @minutes("60")\npermit (principal, action == Action::"open", resource) when { context.account.own };\n',
    );
    write(
      'directory.yaml',
      `groups: [{ name: Desktop Users, sid: ${SID}-1201 }]
accounts: [{ name: alice, userPrincipalName: alice@${DOMAIN}, sid: ${SID}-1105, memberOf: [Desktop Users] }]
hosts:
${TARGETS.map((name) => `  - { name: ${name}, labels: { access: self } }\n`).join('')}`,
    );
    const at = `address: 127.0.0.1, port: ${hosts.port}, security: tls, pins: ["${hosts.fingerprint}"]`;
    const file = lab.write(
      'mayfly.yaml',
      `home: ${mayfly.home}
domains: [{ name: ${DOMAIN} }]
cas: [{ name: ${mayfly.ca}, passphrase: { file: ${mayfly.passphrase} } }]
targets:
${TARGETS.map((name) => `  - { name: ${name}, ${at} }\n`).join('')}service:
  ca: ${mayfly.ca}
  gateway: 127.0.0.1:${GATEWAY_PORT}
  limits: ${LIMITS}
`,
    );
    const config = ['--config', file];
    const running = await ServiceProcess.start(lab, mayfly, 'service', ...config);
    const token = lab.path('alice.token');
    await mayfly.run('token', 'create', '--person', `alice@${DOMAIN}`, '--out', token, ...config);
    return new SoakService(lab, mayfly, running, config);
  }
  /** As alice, on a connection of its own: nobody waits for another, and none is left open. */
  call<T>(ask: (client: ApiClient) => Promise<T>): Promise<T> {
    return this.#ask(this.#lab.path('alice.token'), ask);
  }
  /** One gauge or counter, by its name after `mayfly_`. */
  async metrics(): Promise<(name: string) => number> {
    let text = '';
    await this.#ask(join(this.#mayfly.home, 'service', 'admin.token'), async (client) => {
      for await (const piece of client.stream('readMetrics', {})) text += piece;
    });
    return (name) => Number(new RegExp(`^mayfly_${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  }
  async #ask<T>(tokenFile: string, ask: (client: ApiClient) => Promise<T>): Promise<T> {
    const client = new ApiClient({
      url: 'https://127.0.0.1:8443',
      token: readFileSync(tokenFile, 'utf8').trim(),
      ca: readFileSync(join(this.#mayfly.home, 'service', 'tls.crt'), 'utf8'),
      patience: PATIENCE,
    });
    try {
      return await ask(client);
    } finally {
      client.close();
    }
  }
  /** `mayfly journal …` of a journal that may be long. */
  journal(command: 'verify' | 'export'): Promise<string> {
    const { environment } = this.#mayfly;
    const entry = join(import.meta.dirname, '../../src/cli/mayfly.js');
    return this.#lab.run(process.execPath, [entry, 'journal', command, ...this.#config], { environment, limitMs: PATIENCE });
  }
}
