import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { EncryptionKey } from '../../src/crypto/encrypted-data.ts';
import type { Credential } from '../../src/kerberos/credential.ts';
import { ticket } from '../../src/kerberos/kdc-reply.ts';
import { keyUsage } from '../../src/kerberos/key-usage.ts';
import { encode } from '../../src/wire/codec.ts';
import { ByteWriter } from '../../src/wire/cursor.ts';
import { hex } from '../wire/annotated-hex.ts';
import { encTicketPart, freshKey, sealed } from './stand-in-ticket.ts';

const realm = 'SERVICE.TEST';
const host = 'host1.service.test';
const service = { nameType: 2, nameString: ['TERMSRV', host] };
const client = { realm, name: { nameType: 1, nameString: ['alice'] } };

/** A keytab with one key, MIT's FILE format 2. */
function keytab(key: EncryptionKey): Uint8Array {
  const text = (w: ByteWriter, value: string) => w.u16(value.length).bytes(new TextEncoder().encode(value));
  const entry = new ByteWriter().u16(service.nameString.length);
  for (const part of [realm, ...service.nameString]) text(entry, part);
  entry.u32(service.nameType).u32(0).u8(2).u16(key.etype).u16(key.value.length).bytes(key.value);
  const octets = entry.finish();
  return new ByteWriter().u16(0x0502).u32(octets.length).bytes(octets).finish();
}
/** A ticket for the service as its KDC would make it, with the session key for its client. */
function serviceTicket(long: EncryptionKey, now: number): Credential {
  const key = freshKey(long.etype);
  const times = { authtime: now - 5, starttime: now - 5, endtime: now + 600 };
  const part = {
    flags: 0x0020_0000,
    key: { keytype: key.etype, keyvalue: key.value },
    crealm: realm,
    cname: client.name,
    transited: { trType: 1, contents: new Uint8Array() },
    ...times,
  };
  const cipher = sealed(long, keyUsage.ticket, encode(encTicketPart, part));
  const der = encode(ticket, { tktVno: 5, realm, sname: service, encPart: { etype: long.etype, kvno: 2, cipher } });
  const lifetime = { authTime: times.authtime, startTime: times.starttime, endTime: times.endtime, renewTill: undefined };
  return { client, server: { realm, name: service }, key, ticket: der, flags: part.flags, ...lifetime };
}

/** A service that takes tickets with MIT's GSS-API library, in a process of its own. */
export class GssAcceptor {
  readonly credential: Credential;
  readonly #folder = mkdtempSync(join(tmpdir(), 'mayfly-gss-'));
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(etype: number) {
    const long = freshKey(etype);
    this.credential = serviceTicket(long, Math.floor(Date.now() / 1000));
    const file = (name: string, content: Uint8Array | string) => {
      const path = join(this.#folder, name);
      writeFileSync(path, content);
      return path;
    };
    const configuration = `[libdefaults]\ndefault_realm = ${realm}\ndns_lookup_kdc = false\nrdns = false\ndns_canonicalize_hostname = false\n`;
    this.#process = spawn('python3', [join(import.meta.dirname, 'gss-acceptor.py')], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: {
        ...process.env,
        KRB5_CONFIG: file('krb5.conf', configuration),
        KRB5_KTNAME: `FILE:${file('keytab', keytab(long))}`,
        KRB5RCACHENAME: 'none:',
      },
    });
    const { stdout } = this.#process;
    if (!stdout) throw new Error('no output of the acceptor');
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }
  /** What the library answers to a command with octets. */
  async ask(command: string, ...octets: readonly Uint8Array[]): Promise<string[]> {
    this.#process.stdin?.write(`${[command, ...octets.map((each) => hex(each) || '-')].join(' ')}\n`);
    const { value } = (await this.#lines.next()) as { value: string | undefined };
    if (value === undefined || value.startsWith('failed')) throw new Error(value ?? 'the acceptor has ended');
    return value.split(' ');
  }
  end(): void {
    this.#process.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
