import { describe, expect, it } from 'vitest';
import { unreachable } from '../../src/net/socket-fault.ts';

const failed = (code: string) => Object.assign(new Error(code), { code });
describe('a connection that did not come about', () => {
  it.each<[unknown, RegExp, RegExp]>([
    [failed('ECONNREFUSED'), /^KDC x cannot be reached: nobody listens there \(ECONNREFUSED\)$/, /firewalls/],
    [failed('ENOTFOUND'), /DNS does not know the name/, /DNS servers/],
    [new AggregateError([failed('EHOSTUNREACH'), failed('ECONNREFUSED')]), /there is no way to that host/, /firewalls/],
    [failed('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), /its certificate is not trusted \(UNABLE_TO_VERIFY/, /proxyCas/],
    [failed('ERR_TLS_CERT_ALTNAME_INVALID'), /its certificate is not trusted/, /write the host as the certificate does/],
    [failed('EPROTO'), /the connection failed \(EPROTO\)/, /firewalls/],
    [new Error('odd'), /^KDC x cannot be reached$/, /firewalls/],
    ['thrown', /^KDC x cannot be reached$/, /firewalls/],
  ])('%s', (cause, message, next) => {
    const error = unreachable('kdc-unreachable', 'KDC x', cause);
    expect(error).toMatchObject({ code: 'kdc-unreachable', cause });
    expect(error.message).toMatch(message);
    expect(error.next).toMatch(next);
  });
});
