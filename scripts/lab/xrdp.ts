import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import type { Identity } from './enterprise-ca.ts';
import type { LabRun } from './lab-run.ts';
import { poll } from './poll.ts';
import type { ProcessGroup } from './process-group.ts';
import { runningProcesses } from './process-table.ts';

const ACCOUNT = 'labuser';
const ID = 61_000;

/**
 * A real xrdp with its session manager, TLS alone, in this run's namespaces: its PAM file accepts any secret for the lab's user, so that
 * a logon without a card is a whole logon. Nothing of that is seen outside.
 */
export class Xrdp {
  readonly address = '127.0.1.50';
  readonly port = 3389;
  readonly account = ACCOUNT;
  readonly userId = ID;
  readonly #lab: LabRun;
  readonly #endOfSession: string;
  readonly #groups: ProcessGroup[] = [];

  private constructor(lab: LabRun) {
    this.#lab = lab;
    this.#endOfSession = lab.path('xrdp', 'end');
  }
  /** @param secretFile where the secret that a client logs on with is written, for whoever is in the session */
  static async start(lab: LabRun, { certificate, key }: Identity, secretFile?: string): Promise<Xrdp> {
    const xrdp = new Xrdp(lab);
    await xrdp.#user();
    const bind = async (name: string, content: string, over: string) =>
      void (await lab.run('mount', ['--bind', lab.write(`xrdp/${name}`, content), over]));
    const keeps = secretFile === undefined ? '' : `auth optional pam_exec.so expose_authtok /usr/bin/tee ${secretFile}\n`;
    await bind(
      'pam',
      `${keeps}auth required pam_permit.so\naccount required pam_permit.so\nsession required pam_permit.so\n`,
      '/etc/pam.d/xrdp-sesman',
    );
    // xrdp reads the session manager's port from this file, whatever it is told; the channel server of a session reads it as the user.
    await bind('sesman.ini', sesman(xrdp.#sessionProgram()), '/etc/xrdp/sesman.ini');
    chmodSync(lab.path('xrdp', 'sesman.ini'), 0o644);
    xrdp.#groups.push(lab.start('xrdp-sesman', 'xrdp-sesman', ['--nodaemon']));
    await xrdp.#groups[0]?.listening('::1', 3350).catch(() => xrdp.#groups[0]?.listening('127.0.0.1', 3350));
    const configuration = lab.write(
      'xrdp/xrdp.ini',
      frontEnd(xrdp.address, xrdp.port, lab.path('xrdp', 'xrdp.log'), certificate, key),
    );
    const front = lab.start('xrdp', 'xrdp', ['--nodaemon', '--config', configuration]);
    xrdp.#groups.push(front);
    await front.listening(xrdp.address, xrdp.port);
    return xrdp;
  }
  async #user(): Promise<void> {
    const lab = this.#lab;
    const home = lab.path('home', ACCOUNT);
    mkdirSync(home, { recursive: true });
    // The run's folder is root's own; what lies below the user's home is the user's.
    for (const folder of [lab.directory, lab.path('home')]) chmodSync(folder, 0o711);
    await lab.run('chown', [`${ID}:${ID}`, home]);
    const line = (file: string, more: string) => lab.write(`xrdp/${file}`, `${readFileSync(`/etc/${file}`, 'utf8')}${more}\n`);
    const files = {
      passwd: line('passwd', `${ACCOUNT}:x:${ID}:${ID}::${home}:/bin/sh`),
      group: line('group', `${ACCOUNT}:x:${ID}:`),
      shadow: line('shadow', `${ACCOUNT}:*:19000:0:99999:7:::`),
    };
    for (const [name, file] of Object.entries(files)) {
      chmodSync(file, name === 'shadow' ? 0o600 : 0o644);
      await lab.run('mount', ['--bind', file, `/etc/${name}`]);
    }
  }
  /** In place of a window manager: the session lasts until it is told to end. */
  #sessionProgram(): string {
    const program = this.#lab.write('xrdp/session.sh', `#!/bin/sh\nwhile [ ! -e ${this.#endOfSession} ]; do sleep 0.2; done\n`);
    chmodSync(program, 0o755);
    chmodSync(this.#lab.path('xrdp'), 0o711);
    return program;
  }
  /** Whether a session of the user's runs: its X server does. */
  sessions(): number {
    return runningProcesses().filter(({ name }) => name === 'Xorg').length;
  }
  async stop(): Promise<void> {
    this.#lab.write('xrdp/end', '');
    await poll('the end of the X sessions', 60_000, () => (this.sessions() === 0 ? true : undefined));
    for (const group of this.#groups.reverse()) await this.#lab.stop(group);
    const daemons = /^(xrdp|Xorg|dbus|session\.sh|sh$)/;
    await poll('the end of what xrdp started', 60_000, () =>
      runningProcesses().some(({ name }) => daemons.test(name)) ? undefined : true,
    );
  }
}

const frontEnd = (address: string, port: number, log: string, certificate: string, key: string) => `[Globals]
ini_version=1
fork=true
port=tcp://${address}:${port}
tcp_nodelay=true
security_layer=tls
certificate=${certificate}
key_file=${key}
ssl_protocols=TLSv1.2, TLSv1.3
autorun=Xorg
allow_channels=true
bitmap_compression=true
max_bpp=32
use_fastpath=both
[Logging]
LogFile=${log}
LogLevel=INFO
EnableSyslog=false
[Channels]
rdpdr=true
rdpsnd=true
drdynvc=true
cliprdr=true
[Xorg]
name=Xorg
lib=libxup.so
username=ask
password=ask
ip=127.0.0.1
port=-1
code=20
`;
const sesman = (program: string) => `[Globals]
ListenAddress=127.0.0.1
ListenPort=3350
EnableUserWindowManager=false
DefaultWindowManager=${program}
ReconnectScript=/bin/true
[Security]
AllowRootLogin=false
MaxLoginRetry=4
AlwaysGroupCheck=false
[Sessions]
X11DisplayOffset=30
MaxSessions=50
KillDisconnected=false
Policy=Default
[Logging]
LogFile=/dev/null
LogLevel=INFO
EnableSyslog=false
[Xorg]
param=/usr/lib/xorg/Xorg
param=-config
param=xrdp/xorg.conf
param=-noreset
param=-nolisten
param=tcp
param=-logfile
param=/dev/null
[Chansrv]
FuseMountName=/nowhere
[ChansrvLogging]
LogLevel=ERROR
EnableSyslog=false
[SessionVariables]
`;
