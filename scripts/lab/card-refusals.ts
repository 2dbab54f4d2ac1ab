import { isVerify, operationsMade, refusals } from './apdu-log.ts';
import type { AttachedCard } from './attached-card.ts';
import { isSameCertificate, openscModule, readCard } from './clients/card-in-reader.ts';
import { assert, said } from './clients/expected.ts';
import { Pkcs11Tool } from './clients/pkcs11-tool.ts';
import { rawOperation } from './clients/raw-operation.ts';
import { YubicoPivTool } from './clients/yubico-piv-tool.ts';
import type { LabRun } from './lab-run.ts';
import type { Pcscd } from './pcscd.ts';

/** Three wrong PINs, each by another process that resets the card as it leaves; then the right one is of no use. */
export async function wrongPin(lab: LabRun, pcscd: Pcscd, attached: AttachedCard): Promise<void> {
  const { pin } = attached;
  const yubico = new YubicoPivTool(lab, 'Mayfly');
  const wrong = `${(Number(pin[0]) + 1) % 10}${pin.slice(1)}`;
  const attempts = [
    { name: 'wrong PIN', pin: wrong, status: '63C2', says: /2 tries left/ },
    { name: 'wrong PIN again', pin: wrong, status: '63C1', says: /1 tries left/ },
    { name: 'wrong PIN a third time', pin: wrong, status: '6983', says: /blocked/i },
    { name: 'right PIN, but the card is blocked', pin, status: '6983', says: /blocked/i },
  ];
  for (const attempt of attempts) {
    await lab.steps.run(
      `yubico-piv-tool: ${attempt.name}`,
      async () => {
        const passed = pcscd.watch();
        const told = said(await yubico.tryPin(attempt.pin), attempt.says);
        const statuses = passed()
          .filter(isVerify)
          .map(({ status }) => status);
        assert(statuses.join() === attempt.status, `VERIFY was answered ${statuses.join()}, not ${attempt.status}`);
        return `${attempt.status}, "${told}"`;
      },
      (told) => told,
    );
  }
  await lab.steps.run(
    'OpenSC: right PIN, but the card is blocked',
    async () => {
      const opensc = new Pkcs11Tool(lab, openscModule());
      return said(await opensc.trySign(await readCard(lab, 'blocked', pin)), /CKR_PIN_LOCKED/);
    },
    (told) => told,
  );
  await lab.steps.run(
    'the third wrong PIN has destroyed the key',
    () => attached.keyDestroyed(),
    (line) => line,
  );
  await attached.remove();
}

/** So many signatures, and never one more; the certificate stays. */
export async function destroyed(
  lab: LabRun,
  pcscd: Pcscd,
  when: string,
  operations: number,
  attached: AttachedCard,
): Promise<void> {
  const { steps } = lab;
  const opensc = new Pkcs11Tool(lab, openscModule());
  const before = await readCard(lab, `before-${operations}`, attached.pin);
  await steps.run(
    `OpenSC: ${operations} signed, then the key is destroyed`,
    async () => {
      for (let i = 0; i < operations; i += 1) {
        const { code, stderr } = await opensc.trySign(before);
        assert(code === 0, `signature ${i + 1} failed: ${stderr}`);
      }
      return attached.keyDestroyed();
    },
    (line) => line,
  );
  await steps.run(`${when}: the certificate is still read`, async () => {
    const after = await readCard(lab, `after-${operations}`, attached.pin);
    assert(isSameCertificate(before.certificate, after.certificate), 'it is another certificate');
  });
  await steps.run(
    `${when}: no signature`,
    async () => {
      const passed = pcscd.watch();
      const { code, stderr } = await opensc.trySign(before);
      await rawOperation(lab);
      assert(code !== 0 && operationsMade(passed()) === 0, 'it made another signature');
      const answers = refusals(passed());
      assert(answers.at(-1)?.startsWith('GENERAL AUTHENTICATE') === true, 'the card was not asked for another operation');
      return `${said(stderr, /CKR_\w+/)}; the card answered ${answers.join(', ')}`;
    },
    (told) => told,
  );
  await steps.run(`${when}: SIGTERM`, async () => {
    await attached.remove();
    await pcscd.card(false);
  });
}
