import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ApiClient } from '../src/client/api-client.ts';
import { CardChannel } from '../src/client/card-channel.ts';
import type { Session } from '../src/client/operations.ts';
import { MayflyError } from '../src/wire/mayfly-error.ts';

/**
 * A launcher, as small as one can be: asks for a session, waits for its grant, attaches to its card and does with it what a card
 * client begins with. `npm run launcher -- HOST --url https://HOST:PORT --tls-ca FILE --token-file FILE`
 */
const usage = 'npm run launcher -- HOST --url URL --token-file FILE [--tls-ca FILE] [--on-behalf-of FILE] [--reason TEXT]';
const option = { type: 'string' } as const;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { url: option, 'token-file': option, 'tls-ca': option, 'on-behalf-of': option, reason: option },
});
const say = (line: string) => process.stdout.write(`${line}\n`);
function fileOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new MayflyError('file', `cannot read ${path}`, { cause });
  }
}
const octets = (hexadecimal: string) => new Uint8Array(Buffer.from(hexadecimal, 'hex'));

/** Until it is granted; whoever has to approve has as long as the service gives them. */
async function whenGranted(api: ApiClient, asked: Session): Promise<Session> {
  if (asked.state === 'granted') return asked;
  const missing = asked.approvals.map(({ count, group, given }) => `${given} of ${count} by ${group}`);
  say(`session ${asked.id} waits for approvals: ${missing.join(', ')}`);
  for await (const session of api.watch(asked.id)) {
    say(`session ${session.id}: ${session.state}`);
    if (session.state === 'granted') return session;
    if (session.state !== 'awaiting-approval')
      throw new MayflyError('session-over', session.sentence ?? 'the session is over before it was granted');
  }
  throw new MayflyError('api-unreachable', 'the service has ended the stream');
}
/** What a reader's software does first: choose the PIV applet, show the PIN, read the certificate. */
async function useCard(channel: CardChannel): Promise<void> {
  const { pin, certificate, notAfter } = channel.card;
  const verify = Buffer.concat([octets('0020008008'), Buffer.from(pin, 'latin1')]);
  const commands: readonly (readonly [string, Uint8Array])[] = [
    ['SELECT PIV', octets('00a4040009a0000003080000100000')],
    ['VERIFY PIN', new Uint8Array(verify)],
    ['GET DATA 5FC105 (the certificate)', octets('00cb3fff0000055c035fc1050000')],
  ];
  for (const [what, command] of commands) {
    const response = await channel.transmit(command);
    say(`  ${what}: ${response.length - 2} octets, status ${Buffer.from(response.subarray(-2)).toString('hex')}`);
  }
  say(`  certificate of ${Buffer.from(certificate, 'base64').length} octets, until ${notAfter}`);
}
async function launch(target: string, url: string, tokenFile: string): Promise<void> {
  const ca = values['tls-ca'] === undefined ? undefined : fileOf(values['tls-ca']);
  const shown = values['on-behalf-of'];
  const api = new ApiClient({ url, token: fileOf(tokenFile), ca });
  try {
    const asked = await api.call('requestSession', {
      body: { target, mode: 'card', reason: values.reason },
      headers: { 'on-behalf-of': shown === undefined ? undefined : `Bearer ${fileOf(shown)}` },
    });
    const session = await whenGranted(api, asked);
    say(`session ${session.id}: ${session.account} on ${session.target}, by ${session.rules.join(', ')}, until ${session.until}`);
    const channel = await CardChannel.attach(api, session.id);
    say(`card ${channel.card.card}`);
    await useCard(channel);
    say(`card ${await channel.release()}`);
    const over = await api.call('endSession', { params: { id: session.id } });
    say(`session ${over.state}; keys: ${over.cards.map(({ state, cause }) => `${state} (${cause})`).join(', ')}`);
  } finally {
    api.close();
  }
}

const [target] = positionals;
const { url, 'token-file': tokenFile } = values;
if (target === undefined || url === undefined || tokenFile === undefined) {
  process.stderr.write(`usage: ${usage}\n`);
  process.exitCode = 2;
} else {
  await launch(target, url, tokenFile).catch((e: unknown) => {
    if (!(e instanceof MayflyError)) throw e;
    process.stderr.write(`launcher: ${e.message} [${e.code}]${e.next === undefined ? '' : ` (${e.next})`}\n`);
    process.exitCode = 1;
  });
}
