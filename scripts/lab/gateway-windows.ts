import { writeFileSync } from 'node:fs';
import { toPem } from '../../src/ca/pem.ts';
import { securityProtocol } from '../../src/rdp/negotiation-code.ts';
import type { LoggedOn } from '../../src/rdp/save-session-info.ts';
import { ask, type Conversation } from '../../src/wire/conversation.ts';
import { type FakeHost, fakeHost, type Guest, untilItLeaves } from '../../test/rdp/fake-host.ts';
import { hostCertificate } from '../../test/rdp/fake-host-certificate.ts';
import { WindowsHost } from '../../test/rdpdr/windows/logon.ts';
import { OverRdp, saysLoggedOn } from '../../test/rdpdr/windows/over-rdp.ts';

const PATIENCE = 60_000;
/** A Windows host made from the specifications that stops before it says that somebody is logged on. */
export interface PatientWindows {
  readonly host: FakeHost;
  /** Resolves with the certificate, PEM file, when the host has used the card. */
  readonly used: Promise<string>;
  /** Lets it say who is logged on. */
  readonly go: (who: LoggedOn) => void;
  /** Has it unlock the desktop with a PIN; resolves with the certificate of the other card when it has used that. */
  readonly unlock: (pin: string) => Promise<string>;
  /** Lets it say that somebody is logged on again. */
  readonly goOn: () => void;
}
/** @param file where the certificate of the card is put */
export async function patientWindows(file: string): Promise<PatientWindows> {
  const used = Promise.withResolvers<string>();
  const going = Promise.withResolvers<LoggedOn>();
  const typing = Promise.withResolvers<string>();
  const unlocked = Promise.withResolvers<string>();
  const goingOn = Promise.withResolvers<void>();
  let who: LoggedOn = { domain: '', userName: '', sessionId: 1 };
  let pin = '';
  const session = function* (guest: Guest): Conversation<void> {
    const channel = new OverRdp(guest);
    const windows = new WindowsHost();
    const { kind } = yield* channel.play(windows.logon({ pin: channel.pin }));
    if (kind !== 'done') throw new Error(`the logon ended as ${kind}`);
    writeFileSync(file, toPem('CERTIFICATE', windows.certificate));
    used.resolve(file);
    yield* ask<'wait-until'>({ do: 'wait-until', time: 1 });
    yield* saysLoggedOn(who);
    yield* ask<'wait-until'>({ do: 'wait-until', time: 2 });
    const again = yield* channel.play(windows.unlock(pin));
    if (again.kind !== 'done') throw new Error(`the unlock ended as ${again.kind}`);
    writeFileSync(file, toPem('CERTIFICATE', windows.certificate));
    unlocked.resolve(file);
    yield* ask<'wait-until'>({ do: 'wait-until', time: 3 });
    yield* saysLoggedOn(who);
    yield* untilItLeaves(guest.ids);
  };
  const host = await fakeHost(
    hostCertificate,
    {
      negotiate: () => ({ kind: 'response', flags: 0, protocol: securityProtocol.hybridEx }),
      session,
      step: async (step) => {
        if (step === 1) who = await going.promise;
        else if (step === 2) pin = await typing.promise;
        else await goingOn.promise;
      },
    },
    PATIENCE,
  );
  const unlock = (told: string) => {
    typing.resolve(told);
    return unlocked.promise;
  };
  return { host, used: used.promise, go: going.resolve, unlock, goOn: () => goingOn.resolve() };
}
