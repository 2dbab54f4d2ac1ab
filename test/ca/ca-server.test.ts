import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { CaClient } from '../../src/ca/ca-client.ts';
import { CaServer } from '../../src/ca/ca-server.ts';
import { inTime } from '../in-time.ts';
import { containing } from './expected.ts';
import { logonRequest, madeCa, openCa, temporaryFolder } from './made-ca.ts';
import { crlRequest, describeRequest, framed, issueRequest, RawConnection } from './raw-connection.ts';
import { type ServedCa, servedCa } from './served-ca.ts';

let ca: ServedCa;
let client: CaClient;
beforeAll(async () => {
  ca = await servedCa(await madeCa());
  client = await CaClient.connect(ca.path);
});
const silent = { failed: () => undefined, refused: () => undefined };
/** The client that was there before gets an answer, in time. */
async function othersGoOn(): Promise<void> {
  expect((await inTime(client.issue(logonRequest()), 'a certificate for another')).ok).toBe(true);
  expect((await inTime(client.describe(), 'a description for another')).upnSuffixes).toEqual(['corp.example']);
}
const length = (n: number) => {
  const header = Buffer.alloc(4);
  header.writeUInt32BE(n);
  return header;
};

describe('its socket', () => {
  it('is of mode 0600', () => {
    expect(statSync(ca.path).mode & 0o777).toBe(0o600);
  });
  it('is refused with a path over 107 octets, which the message names', async () => {
    const path = join(temporaryFolder(), `${'x'.repeat(100)}.sock`);
    await expect(CaServer.listen(ca.authority, path, silent)).rejects.toMatchObject({
      code: 'ca-socket-path',
      message: containing(path),
    });
    await expect(CaClient.connect(path)).rejects.toMatchObject({ code: 'ca-unreachable' });
  });
  it('is refused in a folder that others can enter', async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    await expect(CaServer.listen(ca.authority, join(folder, 'ca.sock'), silent)).rejects.toMatchObject({ code: 'ca-modes' });
  });
  it('does not take the place of a file or a folder', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), 'mine');
    mkdirSync(join(folder, 'folder'));
    symlinkSync(ca.path, join(folder, 'dangling'));
    for (const name of ['file', 'folder', 'dangling']) {
      await expect(CaServer.listen(ca.authority, join(folder, name), silent), name).rejects.toMatchObject({ code: 'ca-socket' });
    }
  });
  it('is not taken from another process that listens on it', async () => {
    const path = join(temporaryFolder(), 'ca.sock');
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(path, resolve));
    await expect(CaServer.listen(ca.authority, path, silent)).rejects.toMatchObject({
      code: 'ca-socket',
      message: containing('another process listens'),
    });
    await new Promise((resolve) => other.close(resolve));
  });
});

describe('hostile connections', { concurrent: true }, () => {
  it.each([16 * 1024 + 1, 2 ** 24, 2 ** 31, 2 ** 32 - 1])('a length of %i octets ends its connection at once', async (n) => {
    const hostile = await ca.connect();
    hostile.send(length(n));
    await hostile.end();
    await othersGoOn();
  });
  it('garbage is refused or hung up on', async () => {
    const garbage = ['GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', '\0\0\0\x04AAAA', 'SSH-2.0-x\r\n', '\x16\x03\x01\x02\0\x01'];
    for (const text of garbage) {
      const hostile = await ca.connect();
      hostile.send(Buffer.from(text, 'latin1'));
      hostile.socket.end();
      await hostile.end();
    }
    await othersGoOn();
  });
  it('half a message is waited for 5 seconds, and no longer', async () => {
    const hostile = await ca.connect();
    const began = performance.now();
    hostile.send(framed(describeRequest).subarray(0, 5));
    await hostile.end();
    expect(performance.now() - began).toBeGreaterThan(4500);
    expect(ca.failed).toContainEqual(expect.objectContaining({ code: 'message-late' }));
  });
  it('a message that drips in keeps nobody longer', async () => {
    const hostile = await ca.connect();
    const message = framed(issueRequest(logonRequest()));
    let at = 0;
    const drip = setInterval(() => hostile.send(message.subarray(at, ++at)), 100);
    await hostile.end();
    clearInterval(drip);
    expect(at).toBeLessThan(message.length);
  });
  it('a peer that never reads is hung up on, and others go on meanwhile', async () => {
    const hostile = await RawConnection.open(ca.path);
    hostile.socket.pause();
    const before = ca.failed.length;
    for (let i = 0; i < 20_000; i++) hostile.send(framed(crlRequest(false)));
    await othersGoOn();
    await expect
      .poll(() => ca.failed.slice(before))
      .toContainEqual(expect.objectContaining({ message: 'the peer does not read its answers' }));
    await othersGoOn();
    hostile.close();
  });
  it('a peer that asks and leaves is not waited for', async () => {
    for (let i = 0; i < 20; i++) {
      const hostile = await ca.connect();
      hostile.send(framed(issueRequest(logonRequest())));
      hostile.close();
    }
    await othersGoOn();
  });
  it('many requests in one write are answered in their order', async () => {
    const connection = await ca.connect();
    connection.send(
      Buffer.concat(Array.from({ length: 300 }, (_, i) => framed(i % 3 === 0 ? crlRequest(false) : describeRequest))),
    );
    for (let i = 0; i < 300; i++) expect((await connection.reply())?.tag).toBe(i % 3 === 0 ? 0xa2 : 0xa3);
  });
  it('a message split into single octets is understood', async () => {
    const connection = await ca.connect();
    connection.socket.setNoDelay(true);
    for (const octet of framed(describeRequest)) {
      connection.send(Uint8Array.of(octet));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await connection.reply()).toMatchObject({ tag: 0xa3 });
  });
});

it('200 silent connections keep out neither the client that was there nor a new one', async () => {
  const crowd = await Promise.all(Array.from({ length: 200 }, () => ca.connect()));
  await othersGoOn();
  const newcomer = await CaClient.connect(ca.path);
  expect((await newcomer.describe()).lab).toBe(false);
  newcomer.close();
  for (const connection of crowd) connection.close();
});
it('connections beyond the bound are hung up on when all others have asked something', async () => {
  const crowd = await Promise.all(Array.from({ length: 60 }, () => ca.connect()));
  for (const connection of crowd) expect(await connection.ask(describeRequest)).toMatchObject({ tag: 0xa3 });
  const late = await Promise.all(Array.from({ length: 20 }, () => ca.connect()));
  const ended = await Promise.all(late.map((connection) => connection.ask(describeRequest)));
  expect(ended.filter((reply) => reply === undefined).length).toBeGreaterThanOrEqual(16);
  for (const connection of crowd) expect(await connection.ask(describeRequest)).toMatchObject({ tag: 0xa3 });
  await othersGoOn();
  for (const connection of [...crowd, ...late]) connection.close();
});
it('a client learns in one clause that the CA process is gone', async () => {
  const folder = await madeCa();
  const authority = await openCa(folder);
  const path = join(folder.path, 'ca.sock');
  const server = await CaServer.listen(authority, path, silent);
  const left = await CaClient.connect(path);
  await server.close();
  await authority.close();
  await expect(left.describe()).rejects.toMatchObject({ code: 'ca-gone' });
  await expect(CaClient.connect(path)).rejects.toMatchObject({ code: 'ca-unreachable', next: 'start it with `mayfly ca serve`' });
});
