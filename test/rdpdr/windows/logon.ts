import * as esc from './calls.ts';
import { type Host, WindowsDevice } from './device.ts';
import { cardIdentifier, decrypt, enumerate, select, sign, verifyPin } from './minidriver.ts';
import { must } from './octets.ts';
import { CHANGED, PRESENT, type Reader, same, WindowsProcess } from './process.ts';

const PNP = '\\\\?PnP?\\Notification';
const EMPTY = 0x10;
const INFINITE = 0xffff_ffff;
const SYSTEM = 2;
const UNSUPPORTED_FEATURE = 0x8010_0022;

/** Steps of a logon at which a host may stop, each for a reason that is its own. */
export const stops = [
  'handshake',
  'device-refused',
  'announced',
  'readers-listed',
  'connected',
  'enumerated',
  'verified',
  'used',
] as const;
export type Stop = (typeof stops)[number];
export interface LogonPlan {
  /** From Client Info. */
  readonly pin: string;
  readonly hash?: 'sha1' | 'sha256';
  /** The host goes no further than this. */
  readonly stopsAt?: Stop;
  readonly confirmFirst?: boolean;
}
/** What came of it: the logon's end, or where the host stopped of itself. */
export type Logon =
  | { readonly kind: 'done' }
  | { readonly kind: 'stopped'; readonly at: Stop }
  | { readonly kind: 'pin'; readonly status: string };

/** A host's memory of one card: what it learnt stays true for as long as the connection lasts. */
export class WindowsHost {
  readonly device = new WindowsDevice();
  readonly #cache = new Map<string, Uint8Array>();
  #reader: Reader | undefined;
  /** DER. */
  certificate: Uint8Array = new Uint8Array();
  /** The wait for a change that nothing ends. */
  #watch: number | undefined;
  get reader(): Reader {
    must(this.#reader !== undefined, 'no reader was seen');
    return this.#reader;
  }

  /** The whole logon, all calls of it one after the other while one wait stays open: some 300. */
  *logon({ pin, hash = 'sha1', stopsAt, confirmFirst = false }: LogonPlan): Host<Logon> {
    const stopped = (at: Stop) => ({ kind: 'stopped', at }) as const;
    if (stopsAt === 'handshake') return stopped(stopsAt);
    yield* this.device.announce(0xf00d_0001, confirmFirst);
    if (stopsAt === 'announced') return stopped(stopsAt);
    if (stopsAt === 'device-refused') {
      yield* this.device.reply(0xc000_0001);
      return stopped(stopsAt);
    }
    yield* this.#monitor();
    if (stopsAt === 'readers-listed') return stopped(stopsAt);
    if (yield* this.#credentialProvider(stopsAt === 'connected')) return stopped('connected');
    if (stopsAt === 'enumerated') return stopped(stopsAt);
    const ended = yield* this.#authority(pin, hash, stopsAt);
    must(this.device.open === 1, 'a wait that is open, and nothing else');
    return ended;
  }
  /** Phase A: the service that watches readers; it asks before the device is accepted. */
  *#monitor(): Host<void> {
    const { device } = this;
    const started = yield* device.request(esc.calls.accessStartedEvent(), 256);
    yield* device.reply();
    const { output } = yield* device.completion(started);
    must(esc.code(output, 'AccessStartedEvent') === 0, 'the service has not started');
    const context = { context: esc.contextReply(yield* device.call(esc.calls.establishContext(SYSTEM))) };
    const list = esc.dataReply(yield* device.call(esc.calls.listReaders(context, 'SCard$AllReaders')), 'ListReaders_Return');
    const names = Buffer.from(list.data).toString('utf16le').split('\0');
    must(list.returnCode === 0 && names.length === 3 && names[1] === '' && names[2] === '', 'one reader');
    const [name = ''] = names;
    must(esc.deviceTypeReply(yield* device.call(esc.calls.getDeviceTypeId(context, name))) === 0xf0, 'device type');
    const brief = { context: esc.contextReply(yield* device.call(esc.calls.establishContext(0))) };
    must(esc.deviceTypeReply(yield* device.call(esc.calls.getDeviceTypeId(brief, name))) === 0xf0, 'device type');
    const icon = esc.dataReply(yield* device.call(esc.calls.getReaderIcon(brief, name)), 'GetReaderIcon_Return');
    must(icon.returnCode === UNSUPPORTED_FEATURE || icon.data.length > 0, 'an icon, or none');
    must(esc.code(yield* device.call(esc.calls.releaseContext(brief)), 'ReleaseContext') === 0, 'a context that is released');
    const first = [
      { reader: PNP, current: 0 },
      { reader: name, current: EMPTY },
    ];
    const { returnCode, states } = esc.statesReply(yield* device.call(esc.calls.getStatusChange(context, INFINITE, first)));
    const [pnp, reader] = states;
    must(returnCode === 0 && states.length === 2 && pnp !== undefined && reader !== undefined, 'a card has come');
    must(pnp.event === 0 && pnp.atr.length === 0, 'readers neither come nor go');
    must(reader.event === (PRESENT | CHANGED) && reader.current === EMPTY && reader.atr.length > 0, 'a card is present');
    const known = this.#reader;
    must(known === undefined || (known.name === name && same(known.atr, reader.atr)), 'the reader of before, with its card');
    this.#reader = { name, atr: reader.atr };
    // From here on it waits with what it heard last, the CHANGED bit among it.
    const next = [
      { reader: PNP, current: pnp.event },
      { reader: name, current: reader.event },
    ];
    this.#watch = yield* device.request(esc.calls.getStatusChange(context, INFINITE, next));
  }
  /** Phase B: the credential provider looks for certificates. True where it stops after it has connected. */
  *#credentialProvider(stopsThere: boolean): Host<boolean> {
    const { device } = this;
    const looking = yield* WindowsProcess.open(device, this.reader, this.#cache);
    const all = esc.dataReply(yield* device.call(esc.calls.listReaders(looking)), 'ListReaders_Return');
    must(Buffer.from(all.data).toString('utf16le') === `${this.reader.name}\0\0`, 'the same reader');
    yield* looking.look();
    const brief = yield* WindowsProcess.open(device, this.reader, this.#cache);
    const provider = yield* WindowsProcess.open(device, this.reader, this.#cache);
    yield* provider.connect();
    if (stopsThere) return true;
    yield* provider.succeed(esc.calls.beginTransaction(provider.handle));
    yield* provider.status(32);
    yield* provider.look();
    yield* provider.status(0);
    yield* select(provider);
    provider.card = yield* cardIdentifier(provider);
    this.certificate = yield* enumerate(provider);
    yield* brief.succeed(esc.calls.releaseContext(brief));
    yield* provider.succeed(esc.calls.endTransaction(provider.handle));
    yield* provider.succeed(esc.calls.beginTransaction(provider.handle));
    for (let i = 0; i < 3; i++) must(same(yield* enumerate(provider), this.certificate), 'the same certificate');
    yield* provider.succeed(esc.calls.endTransaction(provider.handle));
    yield* provider.succeed(esc.calls.disconnect(provider.handle));
    yield* looking.succeed(esc.calls.releaseContext(looking));
    return false;
  }
  /** Phase C: the security authority verifies the PIN and uses the key: three operations, one VERIFY. */
  *#authority(pin: string, hash: 'sha1' | 'sha256', stopsAt?: Stop): Host<Logon> {
    const { device } = this;
    const process = yield* WindowsProcess.open(device, this.reader, this.#cache);
    yield* process.connect();
    yield* process.succeed(esc.calls.beginTransaction(process.handle));
    yield* process.status(0);
    yield* select(process);
    process.card = yield* cardIdentifier(process);
    must(same(yield* enumerate(process), this.certificate), 'the same certificate');
    yield* select(process);
    const status = yield* verifyPin(process, pin);
    if (status !== '9000') return { kind: 'pin', status };
    if (stopsAt === 'verified') return { kind: 'stopped', at: stopsAt };
    yield* process.succeed(esc.calls.isValidContext(process));
    for (const size of ['Key Sizes_2', 'Key Sizes_1']) yield* process.readCache(`Cached_CardProperty_${size}`);
    for (const work of [
      () => sign(process, this.certificate, hash),
      () => decrypt(process, this.certificate),
      () => sign(process, this.certificate, hash),
    ]) {
      for (let i = 0; i < 6; i++) {
        yield* process.status(0);
        yield* process.look();
      }
      const worked = yield* work();
      must(worked === '9000', `an operation answered ${worked}`);
    }
    yield* process.readCache('Cached_ContainerInfo_00');
    // The context is left unreleased and the transaction unended, as they are.
    return stopsAt === 'used' ? { kind: 'stopped', at: stopsAt } : { kind: 'done' };
  }
  /**
   * The desktop is unlocked, or somebody acts as an administrator: the wait that is open tells of another card, which is looked at and used.
   * @param pin what the person has typed
   */
  *unlock(pin: string): Host<Logon> {
    const { device } = this;
    must(this.#watch !== undefined, 'a wait that is open');
    const { returnCode, states } = esc.statesReply((yield* device.completion(this.#watch ?? 0)).output);
    const reader = states[1];
    must(
      returnCode === 0 && reader !== undefined && (reader.event & (PRESENT | CHANGED)) === (PRESENT | CHANGED),
      'another card',
    );
    // What was known of the card was of the one before.
    this.#cache.clear();
    const provider = yield* WindowsProcess.open(device, this.reader, this.#cache);
    yield* provider.connect();
    yield* provider.succeed(esc.calls.beginTransaction(provider.handle));
    yield* select(provider);
    provider.card = yield* cardIdentifier(provider);
    const before = this.certificate;
    this.certificate = yield* enumerate(provider);
    must(!same(before, this.certificate), 'another certificate');
    yield* provider.succeed(esc.calls.endTransaction(provider.handle));
    yield* provider.succeed(esc.calls.disconnect(provider.handle));
    return yield* this.#authority(pin, 'sha256');
  }
  /** After the logon: the channel begins anew, the card is the same, it can be read, and its key is gone. */
  *again(): Host<string> {
    const { device } = this;
    this.#watch = undefined;
    yield* device.announce(0xf00d_0002);
    yield* this.#monitor();
    const process = yield* WindowsProcess.open(device, this.reader, this.#cache);
    yield* process.connect();
    yield* process.succeed(esc.calls.beginTransaction(process.handle));
    yield* select(process);
    process.card = yield* cardIdentifier(process);
    // Without the cache: from the card itself.
    const fresh = yield* process.gather(Uint8Array.of(0x00, 0xcb, 0x3f, 0xff, 5, 0x5c, 3, 0x5f, 0xc1, 0x05, 0));
    must(
      fresh.status === '9000' && Buffer.from(fresh.data).includes(Buffer.from(this.certificate)),
      'the certificate is still there',
    );
    const refused = yield* sign(process, this.certificate, 'sha1');
    yield* process.succeed(esc.calls.endTransaction(process.handle));
    return refused;
  }
  /** Ends the wait of the watching service, which hears of it before Cancel is answered. */
  get watch(): number | undefined {
    return this.#watch;
  }
}
