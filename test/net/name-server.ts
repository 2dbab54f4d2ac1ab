import { createSocket, type Socket } from 'node:dgram';

export type SrvAnswer = readonly [priority: number, weight: number, port: number, target: string];

/** A name server of one record type, RFC 1035 4 and RFC 2782: what it knows by name, and how often it was asked. */
export class NameServer {
  readonly asked: string[] = [];
  readonly #known: Readonly<Record<string, readonly SrvAnswer[]>>;
  readonly #socket: Socket = createSocket('udp4');
  constructor(known: Readonly<Record<string, readonly SrvAnswer[]>>) {
    this.#known = known;
    this.#socket.on('message', (query, from) => this.#socket.send(this.#answer(query), from.port, from.address));
  }
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#socket.bind(0, '127.0.0.1', resolve));
    return `127.0.0.1:${this.#socket.address().port}`;
  }
  #answer(query: Buffer): Buffer {
    const labels: string[] = [];
    let at = 12;
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
    const name = labels.join('.').toLowerCase();
    this.asked.push(name);
    const records = this.#known[name] ?? [];
    const encodedName = (text: string) =>
      Buffer.concat([...text.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)])), Buffer.from([0])]);
    const answers = records.map(([priority, weight, port, target]) => {
      const data = Buffer.concat([
        Buffer.from([priority >> 8, priority, weight >> 8, weight, port >> 8, port]),
        encodedName(target),
      ]);
      return Buffer.concat([Buffer.from([0xc0, 12, 0, 33, 0, 1, 0, 0, 0, 60, 0, data.length]), data]);
    });
    const header = Buffer.from([
      query[0] ?? 0,
      query[1] ?? 0,
      0x81,
      records.length > 0 ? 0x80 : 0x83,
      0,
      1,
      0,
      records.length,
      0,
      0,
      0,
      0,
    ]);
    return Buffer.concat([header, query.subarray(12, at + 5), ...answers]);
  }
  close(): void {
    this.#socket.close();
  }
}
