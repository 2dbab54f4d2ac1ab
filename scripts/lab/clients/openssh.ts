import { chmodSync, existsSync } from 'node:fs';
import type { LabRun } from '../lab-run.ts';
import { poll } from '../poll.ts';
import type { ProcessGroup } from '../process-group.ts';
import { type CardInReader, openscModule } from './card-in-reader.ts';
import { assert, said } from './expected.ts';
import { verifySignature } from './signature.ts';
import { readSshSignature } from './ssh-signature.ts';

const PERSON = 'alice@lab.mayfly.test';

/** OpenSSH: ssh-keygen reads the card, ssh-agent signs with it. */
export class OpenSsh {
  readonly #lab: LabRun;
  readonly #socket: string;
  #agent: ProcessGroup | undefined;

  constructor(lab: LabRun) {
    this.#lab = lab;
    this.#socket = lab.path('ssh-agent');
  }

  /** ssh-keygen -D: the card's public key, the same as openssl finds in the certificate. */
  async publicKey(card: CardInReader): Promise<string> {
    const ours = await this.#lab.run('ssh-keygen', ['-i', '-m', 'PKCS8', '-f', card.publicKey]);
    const [algorithm = '', encoded = ''] = ours.trim().split(' ');
    const listed = await this.#lab.run('ssh-keygen', ['-D', openscModule()]);
    assert(listed.includes(`${algorithm} ${encoded}`), `not the key of the certificate: ${listed}`);
    this.#lab.write('client/ssh.pub', `${algorithm} ${encoded} ${PERSON}\n`);
    this.#lab.write('client/allowed_signers', `${PERSON} ${algorithm} ${encoded}\n`);
    return algorithm;
  }

  async addToAgent({ pin }: CardInReader): Promise<string> {
    this.#agent = this.#lab.start('ssh-agent', 'ssh-agent', ['-D', '-a', this.#socket]);
    await poll('ssh-agent', 60_000, () => {
      this.#agent?.assertRunning();
      return existsSync(this.#socket) ? true : undefined;
    });
    const askpass = this.#lab.write('client/askpass', `#!/bin/sh\necho ${pin}\n`);
    chmodSync(askpass, 0o700);
    await this.#agentProgram('ssh-add', ['-s', openscModule()], { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' });
    return said(await this.#agentProgram('ssh-add', ['-l']), /^\d+ SHA256:\S+/m);
  }

  /** A message signed through the agent; verified by ssh-keygen, then by openssl. */
  async sign(card: CardInReader): Promise<string> {
    const message = 'signed through the agent\n';
    const data = this.#lab.write('client/ssh-message', message);
    const key = this.#lab.path('client', 'ssh.pub');
    await this.#agentProgram('ssh-keygen', ['-Y', 'sign', '-f', key, '-n', 'file', data]);
    const signers = ['-f', this.#lab.path('client', 'allowed_signers'), '-I', PERSON, '-n', 'file'];
    const verified = await this.#lab.run('ssh-keygen', ['-Y', 'verify', ...signers, '-s', `${data}.sig`], { input: message });
    const { signed, signature } = readSshSignature(`${data}.sig`, message);
    await verifySignature(
      this.#lab,
      card.publicKey,
      this.#lab.write('client/ssh-signed', signed),
      this.#lab.write('client/ssh-signature', signature),
      [],
      'sha512',
    );
    return said(verified, /^Good "file" signature/);
  }

  /** ssh-add -T: the agent signs, ssh-add verifies. */
  async test(): Promise<string> {
    await this.#agentProgram('ssh-add', ['-T', this.#lab.path('client', 'ssh.pub')]);
    await this.#agentProgram('ssh-add', ['-e', openscModule()]);
    if (this.#agent !== undefined) {
      await this.#lab.stop(this.#agent);
    }
    return 'usable, then removed';
  }

  #agentProgram(command: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<string> {
    return this.#lab.run(command, args, { environment: { SSH_AUTH_SOCK: this.#socket, ...environment } });
  }
}
