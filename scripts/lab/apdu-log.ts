/** One command and its answer, as pcscd saw them pass. */
export interface ApduExchange {
  /** Hexadecimal, upper case, without spaces. */
  readonly command: string;
  /** SW1 SW2, four hexadecimal digits. */
  readonly status: string;
}

/** Authentication method blocked, ISO/IEC 7816-4. */
const BLOCKED = '6983';

/** What `pcscd --apdu` writes: `00000153 APDU: 00 20 00 80`, then `00000103 SW: 63 C3`. */
export function readExchanges(lines: readonly string[]): ApduExchange[] {
  const exchanges: ApduExchange[] = [];
  let command: string | undefined;
  for (const line of lines) {
    const [, kind, octets = ''] = /^\d+ (APDU|SW): ([0-9A-F ]+)$/.exec(line) ?? [];
    const hex = octets.replaceAll(' ', '');
    if (kind === 'APDU') {
      command = hex;
    } else if (kind === 'SW' && command !== undefined) {
      exchanges.push({ command, status: hex.slice(-4) });
      command = undefined;
    }
  }
  return exchanges;
}

/** VERIFY with a PIN in it, SP 800-73-4 part 2, 3.2.1; without one it asks for the counter only. */
export const isVerify = ({ command }: ApduExchange): boolean => /^00200080(?!00)../.test(command);

/** GENERAL AUTHENTICATE with the PIV authentication key, 9A; the last command of its chain. */
const isPrivateOperation = ({ command }: ApduExchange): boolean => /^0087..9A/.test(command);

const succeeded = ({ status }: ApduExchange): boolean => status === '9000' || status.startsWith('61');

/** How many private operations the card made. */
export const operationsMade = (exchanges: readonly ApduExchange[]): number =>
  exchanges.filter((exchange) => isPrivateOperation(exchange) && succeeded(exchange)).length;

/** By which answers the card refused to sign: a PIN that verifies no more, or the operation itself. Each once. */
export function refusals(exchanges: readonly ApduExchange[]): string[] {
  const found = new Set<string>();
  for (const exchange of exchanges) {
    if (isPrivateOperation(exchange) && !succeeded(exchange)) {
      found.add(`GENERAL AUTHENTICATE ${exchange.status}`);
    } else if (exchange.command.startsWith('00200080') && exchange.status === BLOCKED) {
      found.add(`VERIFY ${exchange.status}`);
    }
  }
  return [...found];
}
