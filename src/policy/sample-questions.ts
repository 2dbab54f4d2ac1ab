import type { Question } from './question.ts';

const sample: Question = {
  person: {
    issuer: 'https://idp.example',
    subject: '1',
    userPrincipalName: 'alice@corp.example',
    groups: ['staff'],
    claims: { department: 'it' },
    strength: ['mfa'],
  },
  caller: { id: 'token:portal', name: 'portal' },
  proof: 'self',
  host: { name: 'desk1.corp.example', labels: { access: 'self' }, organizationalUnits: ['ou=desks,dc=corp,dc=example'] },
  account: {
    name: 'alice',
    domain: 'corp.example',
    userPrincipalName: 'alice@corp.example',
    sid: 'S-1-5-21-1-2-3-1105',
    kind: 'user',
    obstacles: [],
    groupSids: ['S-1-5-21-1-2-3-513'],
    groups: ['domain users'],
    adminCount: 0,
    sidHistory: [],
  },
  ownAccount: true,
  mode: 'gateway',
  reason: 'ticket 17',
  network: '192.0.2.1',
  time: 1_900_000_000,
};
/** One of every kind that is asked: a schema that takes these takes all. */
export const sampleQuestions: readonly Question[] = (['self', 'token', 'named'] as const).flatMap((proof) =>
  (['gateway', 'card', 'ticket'] as const).flatMap((mode) => [
    { ...sample, proof, mode },
    { ...sample, proof, mode, reason: undefined, person: { ...sample.person, userPrincipalName: undefined } },
  ]),
);
