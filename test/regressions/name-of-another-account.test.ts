import { afterAll, beforeAll, expect, it } from 'vitest';
import { DomainControllers } from '../../src/directory/domain-controllers.ts';
import { LdapDirectory } from '../../src/directory/ldap-directory.ts';
import { sidOctets } from '../../src/directory/sid.ts';
import { entry, message, result, ScriptedLdap } from '../directory/scripted-ldap.ts';
import { tlsIdentity } from '../directory/tls-identity.ts';

const account = (name: string, rid: number, upn?: string) =>
  entry(`CN=${name},DC=corp,DC=example`, {
    sAMAccountName: [name],
    ...(upn === undefined ? {} : { userPrincipalName: [upn] }),
    objectSid: [sidOctets(`S-1-5-21-1-2-3-${rid}`)],
    objectClass: ['user'],
    userAccountControl: ['512'],
  });
/** By what stands in the request. The chief is outside of the search base. */
const answers: readonly (readonly [string, Buffer])[] = [
  ['sAMAccountName\u0004\u0004boss', account('boss', 1105)],
  ['CN=boss,', account('boss', 1105)],
  ['boss@corp.example', account('chief', 1106, 'Boss@corp.example')],
  ['sAMAccountName\u0004\u0003bob', account('bob', 1107)],
  ['CN=bob,', account('bob', 1107)],
];
let server: ScriptedLdap;
let directory: LdapDirectory;
beforeAll(async () => {
  const identity = await tlsIdentity('localhost');
  server = await ScriptedLdap.start(identity, ({ id, operation, octets }, socket) => {
    const isInBase = octets.includes('OU=People');
    const found = answers.filter(([text]) => octets.includes(text) && !(isInBase && text.includes('@')));
    const entries = operation === 0x63 ? found.map(([, octet]) => message(id, octet)) : [];
    socket.write(Buffer.concat([...entries, message(id, result(operation === 0x63 ? 0x65 : 0x61))]));
  });
  const controllers = new DomainControllers({
    domain: 'corp.example',
    locate: async () => [{ host: 'localhost', port: server.port }],
    security: { how: 'ldaps', anchors: [identity.cert], patience: 30_000 },
    bind: (as) => as('svc', 'secret'),
    elapsed: () => performance.now(),
  });
  const searchBase = 'OU=People,DC=corp,DC=example';
  directory = new LdapDirectory({ domains: [{ controllers, labels: {}, searchBase }], clock: () => 1000 });
});
afterAll(async () => {
  directory.close();
  await server.stop();
});

it('an account is nobody whose implicit name is the explicit one of another: the certificate would name both', async () => {
  for (const reference of ['boss', 'boss@corp.example'])
    await expect(directory.account(reference)).rejects.toMatchObject({
      code: 'directory-ambiguous',
      message: 'boss (S-1-5-21-1-2-3-1105) is called as "CN=chief,DC=corp,DC=example" is',
    });
  expect(await directory.account('bob')).toMatchObject({ userPrincipalName: 'bob@corp.example' });
});
