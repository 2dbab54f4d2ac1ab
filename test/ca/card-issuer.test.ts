import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CaServer } from '../../src/ca/ca-server.ts';
import { CaProcessIssuer } from '../../src/ca/card-issuer.ts';
import type { MayflyError } from '../../src/wire/mayfly-error.ts';
import { inTime } from '../in-time.ts';
import { logonRequest, madeCa, openCa } from './made-ca.ts';

const request = logonRequest;
const silent = { failed: () => undefined, refused: () => undefined };

describe('the CA process as the service sees it', () => {
  it('is asked again after it was gone and has come back', async () => {
    const folder = await madeCa({ lab: true });
    const path = join(folder.path, 'ca.sock');
    const issuer = new CaProcessIssuer('lab', path);
    await expect(issuer.issue(request())).rejects.toMatchObject({ code: 'ca-unreachable' });
    for (let life = 0; life < 2; life++) {
      const authority = await openCa(folder);
      await authority.keepCrlFresh();
      const server = await CaServer.listen(authority, path, silent);
      const issued = await Promise.all([issuer.issue(request()), issuer.issue(request()), issuer.describe(), issuer.crl()]);
      expect(issued[0]).toMatchObject({ ok: true });
      expect(issued[1]).toMatchObject({ ok: true });
      expect(await issuer.issue({ ...request(), userPrincipalName: 'alice@elsewhere.example' })).toMatchObject({ ok: false });
      await server.close();
      await authority.close();
    }
    await expect(issuer.issue(request())).rejects.toMatchObject({
      code: expect.stringMatching(/^ca-(unreachable|gone)$/) as string,
    });
    issuer.close();
  });

  it('keeps nobody waiting behind more than it can bear', async () => {
    const folder = await madeCa({ lab: true });
    const path = join(folder.path, 'ca.sock');
    const sockets = new Set<Socket>();
    const mute: Server = createServer((socket) => sockets.add(socket));
    await new Promise<void>((resolve) => mute.listen(path, resolve));
    const issuer = new CaProcessIssuer('lab', path);
    const one = request();
    const asked = Promise.allSettled(Array.from({ length: 300 }, () => issuer.issue(one)));
    await expect.poll(() => sockets.size).toBe(32);
    for (const socket of sockets) socket.destroy();
    // Those behind the first find the connection gone.
    mute.close();
    const outcomes = await inTime(asked, 'all answers');
    const codes = outcomes.map((outcome) => (outcome.status === 'rejected' ? (outcome.reason as MayflyError).code : 'issued'));
    expect(new Set(codes)).toEqual(new Set(['ca-gone']));
    issuer.close();
  });
});
