import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, test } from 'vitest';
import { acceptCredSsp } from '../../src/credssp/accept-credssp.ts';
import { decrypt, type EncryptionKey } from '../../src/crypto/encrypted-data.ts';
import { hardened } from '../../src/custody/hardening.ts';
import { apReq, authenticator } from '../../src/kerberos/application-messages.ts';
import { asRep, tgsRep } from '../../src/kerberos/kdc-reply.ts';
import { keyUsage } from '../../src/kerberos/key-usage.ts';
import { terminalService } from '../../src/kerberos/principal-name.ts';
import { securityProtocol } from '../../src/rdp/negotiation-code.ts';
import { decode } from '../../src/wire/codec.ts';
import type { Answer, Conversation } from '../../src/wire/conversation.ts';
import { standInKdc } from '../kerberos/stand-in-kdc.ts';
import { alice, cardOf, REALM, root } from '../kerberos/stand-in-realm.ts';
import { serveKdc } from '../kerberos/stand-in-server.ts';
import { openTicket, serviceKey } from '../kerberos/stand-in-ticket.ts';
import { fragmentsIn, windowsOf } from '../memory-search/fragment-search.ts';
import { fakeHost } from '../rdp/fake-host.ts';
import { hostCertificate } from '../rdp/fake-host-certificate.ts';
import { now } from '../x509/made-certificate.ts';
import { acceptWith } from './stand-in-acceptor.ts';

const folder = mkdtempSync(join(tmpdir(), 'mayfly-nla-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: Uint8Array | string) => {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
};
const name = `desk1.${REALM.toLowerCase()}`;
const hostKey = serviceKey(REALM, terminalService(name));
const early = () => ({ kind: 'response', flags: 0, protocol: securityProtocol.hybridEx }) as const;

/** `talk`, which waits for the test before it sends for the second time: both have their keys then. */
function* waiting<T>(talk: Conversation<T>): Conversation<T> {
  let sends = 0;
  let turn = talk.next();
  while (!turn.done) {
    if (turn.value.do === 'send' && ++sends === 2) yield { do: 'wait-until', time: 0 };
    const answer: Answer = yield turn.value;
    turn = talk.next(answer);
  }
  return turn.value;
}
/** What the client made up for this session. */
function subkeyIn(bytes: Uint8Array): EncryptionKey {
  const request = decode(apReq, bytes);
  const ticket = openTicket(request.ticket);
  const key = { etype: ticket?.part.key.keytype ?? 0, value: ticket?.part.key.keyvalue ?? new Uint8Array() };
  const proof = decode(
    authenticator,
    decrypt(key, keyUsage.apReqAuthenticator, request.authenticator.cipher) ?? new Uint8Array(),
  );
  return { etype: proof.subkey?.keytype ?? 0, value: proof.subkey?.keyvalue ?? new Uint8Array() };
}
const ends = [
  ['the host lets it in', 0, { kind: 'active' }],
  ['the host does not let it in', 5, { place: 'host', name: 'AUTHZ_ACCESS_DENIED' }],
  ['the host hangs up', undefined, { place: 'server-key', name: 'CLOSED' }],
] as const;
test.skipIf(process.platform !== 'linux').each(ends)(
  'keys of tickets and session, and the PIN that was delegated, are nowhere in the hardened process after NLA: %s',
  async (_, authorization, end) => {
    const kdc = standInKdc({ services: [`TERMSRV/${name}`] });
    const served = await serveKdc((request) => kdc.answer(request));
    const secrets = new Map<string, Uint8Array>();
    const reached = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const accept = acceptWith(hostKey, { established: ({ value }) => void secrets.set('session', value) });
    const host = await fakeHost(
      hostCertificate,
      {
        negotiate: early,
        step: () => {
          reached.resolve();
          return goOn.promise;
        },
        *authenticate() {
          const talk = acceptCredSsp({
            certificate: hostCertificate.der,
            authorization: () => authorization ?? 0,
            accept(bytes) {
              secrets.set('subkey', subkeyIn(bytes).value.slice());
              return accept(bytes);
            },
          });
          yield* waiting(talk);
        },
      },
      60_000,
    );
    const card = cardOf(alice);
    const given = {
      ...{ host: host.port, kdc: served.port, realm: REALM, client: alice.principalName, name, now },
      certificates: card.certificates.map((der, i) => file(`${i}.crt`, der)),
      anchor: file('root.crt', root.der),
      key: file('card.key', card.privateKey.export({ format: 'pem', type: 'pkcs8' })),
    };
    const program = new URL('./nla-process.ts', import.meta.url).pathname;
    const node = { command: process.execPath, args: ['--expose-gc', program, JSON.stringify(given)], env: { PATH: '' } };
    const { command, args, env } = hardened(node);
    const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    try {
      await reached.promise;
      const [granting, service] = kdc.replies;
      if (!granting || !service) throw new Error('the KDC gave no tickets');
      for (const [what, ticket] of [
        ['granting', decode(asRep, granting).ticket],
        ['service', decode(tgsRep, service).ticket],
      ] as const)
        secrets.set(what, openTicket(ticket)?.part.key.keyvalue ?? new Uint8Array());
      secrets.set('pin', Buffer.from('77777777', 'utf16le'));
      const found = () => {
        const windows = Array.from(secrets, ([what, secret]) => [what, windowsOf(secret)] as const);
        const met = fragmentsIn(
          child.pid ?? 0,
          windows.flatMap(([, own]) => own),
        );
        return windows.filter(([, own]) => own.some((window) => met.has(window))).map(([what]) => what);
      };
      // The tickets of both sides of the wait: those that are used, and those that were.
      expect(found()).toEqual(expect.arrayContaining(['session', 'service']));
      if (authorization === undefined) await host.end();
      goOn.resolve();
      expect(JSON.parse((await lines.next()).value as string)).toMatchObject(end);
      child.stdin.write('collect\n');
      expect((await lines.next()).value).toBe('collect');
      expect(found()).toEqual([]);
      expect([...secrets.keys()].toSorted()).toEqual(['granting', 'pin', 'service', 'session', 'subkey']);
    } finally {
      goOn.resolve();
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      await host.end();
      await served.close();
    }
  },
);
