import type { Socket } from 'node:net';
import { DomainControllers } from '../../src/directory/domain-controllers.ts';
import { type Asked, entry, message, result, ScriptedLdap } from './scripted-ldap.ts';
import type { TlsIdentity } from './tls-identity.ts';

type Attributes = Map<string, Buffer[]>;
/** What happens to a write: it is done, its answer is lost with the connection, it is answered and not done, or the server is gone. */
type Fate = 'done' | 'answer-lost' | 'not-done' | 'gone';
interface Element {
  readonly tag: number;
  readonly content: Buffer;
}
function elements(octets: Buffer): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < octets.length; ) {
    const tag = octets[at] ?? 0;
    const first = octets[at + 1] ?? 0;
    const more = first < 0x80 ? 0 : first & 0x7f;
    const length = more === 0 ? first : octets.readUIntBE(at + 2, more);
    const start = at + 2 + more;
    found.push({ tag, content: octets.subarray(start, start + length) });
    at = start + length;
  }
  return found;
}
const parts = (element: Element | undefined) => elements(element?.content ?? Buffer.alloc(0));
const textOf = (element: Element | undefined) => element?.content.toString('utf8') ?? '';
const BIND = 0x60;
const SEARCH = 0x63;
const ADD = 0x68;
const MODIFY = 0x66;
const DELETE = 0x4a;

/** A directory that keeps what it is told, over TLS, and can be made to fail at any write: what no real one does on demand. */
export class KeptDirectory {
  /** By lower-case name, then by lower-case attribute. */
  readonly objects = new Map<string, Attributes>();
  readonly writes: string[] = [];
  /** Decides what becomes of the next write; anything may happen before it returns. */
  fate: (operation: string, name: string) => Fate = () => 'done';
  readonly #identity: TlsIdentity;
  #server: ScriptedLdap | undefined;

  private constructor(identity: TlsIdentity) {
    this.#identity = identity;
  }
  static async start(identity: TlsIdentity): Promise<KeptDirectory> {
    const directory = new KeptDirectory(identity);
    directory.#server = await ScriptedLdap.start(identity, (asked, socket) => directory.#answer(asked, socket));
    return directory;
  }
  get port(): number {
    return this.#server?.port ?? 0;
  }
  controllers(domain: string): DomainControllers {
    return new DomainControllers({
      domain,
      locate: async () => [{ host: 'localhost', port: this.#server?.port ?? 0 }],
      security: { how: 'ldaps', anchors: [this.#identity.cert], patience: 30_000 },
      bind: (as) => as('svc', 'secret'),
      elapsed: () => performance.now(),
    });
  }
  values(name: string, attribute: string): readonly Buffer[] | undefined {
    return this.objects.get(name.toLowerCase())?.get(attribute.toLowerCase());
  }
  put(name: string, attributes: Readonly<Record<string, readonly (string | Uint8Array)[]>>): void {
    const kept = Object.entries(attributes).map(
      ([type, values]) => [type.toLowerCase(), values.map((value) => Buffer.from(value as string))] as const,
    );
    this.objects.set(name.toLowerCase(), new Map(kept));
  }
  async stop(): Promise<void> {
    await this.#server?.stop();
  }
  #answer({ id, operation, octets }: Asked, socket: Socket): void {
    const [, request] = elements(elements(octets)[0]?.content ?? Buffer.alloc(0));
    if (operation === BIND) socket.write(message(id, result(0x61)));
    else if (operation === SEARCH) this.#search(id, request, socket);
    else if (operation === ADD || operation === MODIFY || operation === DELETE) this.#write(id, operation, request, socket);
  }
  #search(id: number, request: Element | undefined, socket: Socket): void {
    const [base, , , , , , , wanted] = parts(request);
    const name = textOf(base);
    if (name === '') {
      socket.write(
        Buffer.concat([
          message(id, entry('', { configurationNamingContext: ['CN=Configuration,DC=corp,DC=example'] })),
          message(id, result(0x65)),
        ]),
      );
      return;
    }
    const found = this.objects.get(name.toLowerCase());
    if (!found) {
      socket.write(message(id, result(0x65, 32)));
      return;
    }
    const shown = parts(wanted).map((each) => [textOf(each), found.get(textOf(each).toLowerCase()) ?? []] as const);
    const attributes = Object.fromEntries(shown.filter(([, values]) => values.length > 0));
    socket.write(Buffer.concat([message(id, entry(name, attributes)), message(id, result(0x65))]));
  }
  #write(id: number, operation: number, request: Element | undefined, socket: Socket): void {
    const called = operation === ADD ? 'add' : operation === MODIFY ? 'modify' : 'delete';
    const name = operation === DELETE ? textOf(request) : textOf(parts(request)[0]);
    const fate = this.fate(called, name);
    if (fate === 'gone') {
      socket.destroy();
      return;
    }
    this.writes.push(`${called} ${name}`);
    const code = fate === 'not-done' ? 0 : this.#done(operation, name, request);
    if (fate === 'answer-lost') socket.destroy();
    else socket.write(message(id, result(operation === ADD ? 0x69 : operation === MODIFY ? 0x67 : 0x6b, code)));
  }
  /** The result code. */
  #done(operation: number, name: string, request: Element | undefined): number {
    const key = name.toLowerCase();
    const object = this.objects.get(key);
    if (operation === ADD) {
      if (object) return 68;
      const given = parts(parts(request)[1]).map((attribute) => {
        const [type, values] = parts(attribute);
        return [textOf(type).toLowerCase(), parts(values).map(({ content }) => Buffer.from(content))] as const;
      });
      this.objects.set(key, new Map(given));
      return 0;
    }
    if (!object) return 32;
    if (operation === DELETE) {
      if ([...this.objects.keys()].some((each) => each.endsWith(`,${key}`))) return 66;
      this.objects.delete(key);
      return 0;
    }
    return this.#modified(object, parts(parts(request)[1]));
  }
  /** All changes or none. */
  #modified(object: Attributes, changes: readonly Element[]): number {
    const draft: Attributes = new Map(Array.from(object, ([type, values]) => [type, [...values]]));
    for (const change of changes) {
      const [operation, attribute] = parts(change);
      const [type, set] = parts(attribute);
      const name = textOf(type).toLowerCase();
      const values = draft.get(name) ?? [];
      for (const { content } of parts(set)) {
        const at = values.findIndex((value) => value.equals(content));
        if (operation?.content[0] === 0) {
          if (0 <= at) return 20;
          values.push(Buffer.from(content));
        } else {
          if (at < 0) return 16;
          values.splice(at, 1);
        }
      }
      draft.set(name, values);
    }
    for (const [type, values] of draft) object.set(type, values);
    return 0;
  }
}
