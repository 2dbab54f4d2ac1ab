import { operationsMade } from '../apdu-log.ts';
import { AttachedCard, type CardHolder } from '../attached-card.ts';
import { destroyed, wrongPin } from '../card-refusals.ts';
import { type CardInReader, openscModule, readCard, ykcs11Module } from '../clients/card-in-reader.ts';
import { assert } from '../clients/expected.ts';
import { GnuTls } from '../clients/gnutls.ts';
import { OpenSsh } from '../clients/openssh.ts';
import { OpensslEngine } from '../clients/openssl-engine.ts';
import { Pkcs11Tool } from '../clients/pkcs11-tool.ts';
import { YubicoPivTool } from '../clients/yubico-piv-tool.ts';
import type { LabRun } from '../lab-run.ts';
import { Mayfly } from '../mayfly.ts';
import { Pcscd } from '../pcscd.ts';
import type { Scenario } from '../scenario.ts';

const DOMAIN = 'lab.mayfly.test';
const ALICE: CardHolder = { account: 'alice', upn: `alice@${DOMAIN}`, sid: 'S-1-5-21-1004336348-1177238915-682003330-1105' };
/** More than all clients below ask for together; a card of a logon has 12. */
const PLENTY = ['--operations', '1000'];

export const card: Scenario = {
  name: 'card',
  summary: 'a Mayfly card in a PC/SC reader, used by OpenSC, yubico-piv-tool, ykcs11, GnuTLS, OpenSSH and openssl',
  run,
};

async function run(lab: LabRun): Promise<void> {
  const { steps } = lab;
  const mayfly = new Mayfly(lab);
  await steps.run('mayfly ca init', () => mayfly.init(DOMAIN));
  await steps.run('mayfly ca serve', () => mayfly.serve());
  const pcscd = await steps.run('pcscd with vpcd', () => Pcscd.start(lab));
  const attach = (...options: string[]) => AttachedCard.attach(lab, mayfly, pcscd, ALICE, ...options);

  const first = await steps.run('mayfly card attach', () => attach(...PLENTY));
  const inReader = await steps.run(
    'certificate read from the card, verified by openssl',
    async () => {
      const read = await readCard(lab, 'card', first.pin);
      await lab.run('openssl', ['verify', '-CAfile', mayfly.certificate, read.certificate]);
      return read;
    },
    () => ALICE.upn,
  );

  await everyClient(lab, pcscd, inReader);

  const opensc = new Pkcs11Tool(lab, openscModule());
  await steps.run('two clients at once, five times', () => atOnce(lab, inReader));
  await steps.run('pcscd restarted: the card comes back and signs', async () => {
    await pcscd.restart();
    await pcscd.card(true);
    await opensc.sign(inReader);
  });
  await steps.run(
    'SIGTERM: key destroyed, card out of the reader',
    async () => {
      const line = await first.remove();
      await pcscd.card(false);
      return line;
    },
    (line) => line,
  );

  await largerKey(lab, await steps.run('mayfly card attach --key rsa-3072', () => attach('--key', 'rsa-3072', ...PLENTY)));
  await ellipticKey(lab, pcscd, await steps.run('mayfly card attach --key p-256', () => attach('--key', 'p-256', ...PLENTY)));
  await wrongPin(lab, pcscd, await steps.run('mayfly card attach, to be blocked', () => attach(...PLENTY)));
  await destroyed(lab, pcscd, 'after --operations 2', 2, await steps.run('… --operations 2', () => attach('--operations', '2')));
  await destroyed(lab, pcscd, 'after --once', 1, await steps.run('… --once', () => attach('--once')));
}

/** Every client is a step, and says how many commands it sent. */
async function everyClient(lab: LabRun, pcscd: Pcscd, inReader: CardInReader): Promise<void> {
  const client = async (name: string, work: (it: CardInReader) => Promise<string>) => {
    const passed = pcscd.watch();
    await lab.steps.run(
      name,
      () => work(inReader),
      (told) => {
        const exchanges = passed();
        return `${told} (${exchanges.length} APDUs, ${operationsMade(exchanges)} private operations)`;
      },
    );
  };
  const opensc = new Pkcs11Tool(lab, openscModule());
  const ykcs11 = new Pkcs11Tool(lab, ykcs11Module());
  const yubico = new YubicoPivTool(lab, 'Mayfly');
  const gnutls = new GnuTls(lab);
  const openssh = new OpenSsh(lab);
  const engine = new OpensslEngine(lab);

  await client('OpenSC: opensc-tool --name', async () => (await lab.run('opensc-tool', ['--name'])).trim());
  await client('OpenSC: pkcs11-tool --list-slots', () => opensc.slots());
  await client('OpenSC: pkcs11-tool --list-objects', (it) => opensc.objects(it));
  await client('OpenSC: pkcs11-tool --test', (it) => opensc.test(it));
  await client('OpenSC: signatures', (it) => opensc.sign(it));
  await client('OpenSC: decryption', (it) => opensc.decipher(it));
  await client('yubico-piv-tool: read-certificate', (it) => yubico.certificate(it));
  // the former resets the card as it leaves; while a PIN is verified there is no counter to see
  await client('yubico-piv-tool: status', () => yubico.status());
  await client('yubico-piv-tool: verify-pin', (it) => yubico.verifyPin(it));
  await client('yubico-piv-tool: test-signature', (it) => yubico.testSignature(it));
  await client('yubico-piv-tool: test-decipher', (it) => yubico.testDecipher(it));
  await client('yubico-piv-tool: --sign', (it) => yubico.sign(it));
  await client('ykcs11: --list-slots', () => ykcs11.slots());
  await client('ykcs11: --list-objects', (it) => ykcs11.objects(it));
  await client('ykcs11: --test', (it) => ykcs11.test(it));
  await client('ykcs11: signatures', (it) => ykcs11.sign(it));
  await client('ykcs11: decryption', (it) => ykcs11.decipher(it));
  await client('GnuTLS: p11tool --list-all', (it) => gnutls.objects(it));
  await client('GnuTLS: p11tool --test-sign', (it) => gnutls.testSignature(it));
  await client('GnuTLS: certtool --generate-request', (it) => gnutls.request(it));
  await client('OpenSSH: ssh-keygen -D', (it) => openssh.publicKey(it));
  await client('OpenSSH: ssh-add -s', (it) => openssh.addToAgent(it));
  await client('OpenSSH: ssh-keygen -Y sign, -Y verify', (it) => openssh.sign(it));
  await client('OpenSSH: ssh-add -T, after another client has reset the card', async (it) => {
    await yubico.verifyPin(it);
    return openssh.test();
  });
  await client('openssl engine: dgst -sign', (it) => engine.sign(it));
  await client('openssl engine: req -new', (it) => engine.request(it));
}

/**
 * Each in processes of its own. None that resets the card as it leaves (yubico-piv-tool, ykcs11): OpenSC 0.23, when that happens
 * while it waits for its turn, now and then waits for ever for a mutex that it holds itself.
 */
async function atOnce(lab: LabRun, inReader: CardInReader): Promise<void> {
  const opensc = new Pkcs11Tool(lab, openscModule());
  const gnutls = new GnuTls(lab);
  const fiveTimes = async (work: () => Promise<unknown>) => {
    for (let i = 0; i < 5; i += 1) {
      await work();
    }
  };
  await Promise.all([
    fiveTimes(async () => {
      const { code, stderr } = await opensc.trySign(inReader);
      assert(code === 0, stderr);
    }),
    fiveTimes(() => gnutls.testSignature(inReader)),
  ]);
}

/** By OpenSC alone: yubico-piv-tool of Debian 12 knows no RSA-3072. */
async function largerKey(lab: LabRun, attached: AttachedCard): Promise<void> {
  const opensc = new Pkcs11Tool(lab, openscModule());
  const inReader = await readCard(lab, 'rsa-3072', attached.pin);
  await lab.steps.run(
    'OpenSC: RSA-3072 signatures',
    () => opensc.sign(inReader),
    (told) => told,
  );
  await attached.remove();
}

/** The card is given a digest, and signs it as it stands. */
async function ellipticKey(lab: LabRun, pcscd: Pcscd, attached: AttachedCard): Promise<void> {
  const inReader = await readCard(lab, 'p-256', attached.pin);
  const clients = [
    { name: 'OpenSC: ECDSA signatures', work: () => new Pkcs11Tool(lab, openscModule()).signEcdsa(inReader) },
    { name: 'ykcs11: ECDSA signatures', work: () => new Pkcs11Tool(lab, ykcs11Module()).signEcdsa(inReader) },
    { name: 'openssl engine: dgst -sign, P-256', work: () => new OpensslEngine(lab).sign(inReader) },
  ];
  for (const { name, work } of clients) {
    const passed = pcscd.watch();
    await lab.steps.run(
      name,
      work,
      (told) => `${told} (${passed().length} APDUs, ${operationsMade(passed())} private operations)`,
    );
  }
  await attached.remove();
}
