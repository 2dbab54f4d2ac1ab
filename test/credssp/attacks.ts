import { boundKey, publicKeyProof } from '../../src/credssp/public-key-binding.ts';
import { negState } from '../../src/credssp/spnego-token.ts';
import type { EncryptionKey } from '../../src/crypto/encrypted-data.ts';
import { gssToken, kerberosMechanism } from '../../src/kerberos/application-exchange.ts';
import { apRep } from '../../src/kerberos/application-messages.ts';
import { seal, sign } from '../../src/kerberos/gss-token.ts';
import { messageType } from '../../src/kerberos/kdc-request.ts';
import { krbError } from '../../src/kerberos/krb-error.ts';
import { encode } from '../../src/wire/codec.ts';
import { random } from '../kerberos/stand-in-ticket.ts';
import { hostCertificate } from '../rdp/fake-host-certificate.ts';
import { bytes } from '../wire/annotated-hex.ts';
import { endEntity, makeCertificate, rsaKey } from '../x509/made-certificate.ts';
import { type Tricks, tokens } from './hostile-host.ts';
import { type AcceptorHabits, HOST_NAME } from './stand-in-acceptor.ts';

/** Of the same name, with a key of somebody else's. */
export const other = makeCertificate({ subject: 'desk1.corp.test', key: rsaKey(), extensions: [endEntity()] });
let key: EncryptionKey | undefined;
const established = (agreed: EncryptionKey) => {
  key = agreed;
};
/** The context's own side, for tokens that no honest host makes. */
const side = (more: { acceptor?: boolean; acceptorSubkey?: boolean } = {}) => {
  if (!key) throw new Error('no context');
  return { key, acceptor: true, acceptorSubkey: true, ...more };
};
const NTLM = '1.3.6.1.4.1.311.2.2.10';
const challenge = new TextEncoder().encode('NTLMSSP\0\u0002');
const skewed = () =>
  encode(krbError, {
    ...{ pvno: 5, msgType: messageType.krbError, stime: Math.floor(Date.now() / 1000) + 30, susec: 0, errorCode: 37 },
    ...{ realm: 'CORP.TEST', sname: { nameType: 2, nameString: ['TERMSRV', HOST_NAME] } },
  });
const garbled = (response: ReturnType<Parameters<NonNullable<Tricks['respond']>>[0]>) => ({
  ...response,
  responseToken: gssToken(
    kerberosMechanism,
    'apRep',
    encode(apRep, { pvno: 5, msgType: 15, encPart: { etype: 18, cipher: random(80) } }),
  ),
});
export interface Attack {
  readonly attack: string;
  readonly tricks: Tricks;
  readonly place: string;
  readonly name: string;
  readonly habits?: AcceptorHabits;
}
const row = (attack: string, tricks: Tricks, place: string, name: string, habits: AcceptorHabits = {}): Attack => ({
  attack,
  tricks,
  place,
  name,
  habits,
});
/** What whoever answers may do, though he has the key of the host; and what comes of it. */
export const attacks: readonly Attack[] = [
  row(
    'vouches for a key of its own',
    {
      prove: ({ nonce, sealed }) => ({ pubKeyAuth: sealed(publicKeyProof(6, 'server', nonce, boundKey(other.der))) }),
    },
    'server-key',
    'SERVER_KEY_MISMATCH',
  ),
  row(
    'sends our own proof back, sealed anew',
    { prove: ({ proof, sealed }) => ({ pubKeyAuth: sealed(proof) }) },
    'server-key',
    'SERVER_KEY_MISMATCH',
  ),
  row('sends our own token back', { prove: ({ token }) => ({ pubKeyAuth: token }) }, 'server-key', 'TOKEN_UNPROVEN'),
  row(
    'answers for a nonce of before',
    {
      prove: ({ sealed }) => ({ pubKeyAuth: sealed(publicKeyProof(6, 'server', random(32), boundKey(hostCertificate.der))) }),
    },
    'server-key',
    'SERVER_KEY_MISMATCH',
  ),
  row(
    'answers as version 4 does',
    {
      prove: ({ sealed }) => ({ pubKeyAuth: sealed(publicKeyProof(4, 'server', random(32), boundKey(hostCertificate.der))) }),
    },
    'server-key',
    'SERVER_KEY_MISMATCH',
  ),
  row(
    'answers with nothing',
    { prove: ({ sealed }) => ({ pubKeyAuth: sealed(new Uint8Array()) }) },
    'server-key',
    'SERVER_KEY_MISMATCH',
  ),
  row('leaves the proof out', { prove: () => ({}) }, 'server-key', 'PROTOCOL_VIOLATION'),
  row('goes on as if all were said', { prove: () => new Uint8Array(4) }, 'server-key', 'MALFORMED_MESSAGE'),
  row(
    'does not encrypt its proof',
    { prove: ({ right }) => ({ pubKeyAuth: sign(side(), 77n, right) }) },
    'server-key',
    'TOKEN_UNPROVEN',
    { established },
  ),
  row(
    'repeats a number of the sequence',
    { prove: ({ right }) => ({ pubKeyAuth: seal(side(), 76n, right, random(16)) }) },
    'server-key',
    'TOKEN_UNPROVEN',
    { established },
  ),
  row(
    'speaks with our voice',
    { prove: ({ right }) => ({ pubKeyAuth: seal(side({ acceptor: false }), 77n, right, random(16)) }) },
    'server-key',
    'TOKEN_UNPROVEN',
    { established },
  ),
  row(
    'flips a bit of its proof',
    {
      prove: ({ right, sealed }) => {
        const token = sealed(right);
        return { pubKeyAuth: token.with(40, (token[40] ?? 0) ^ 1) };
      },
    },
    'server-key',
    'TOKEN_UNPROVEN',
  ),
  row(
    'changes its version on the way',
    { prove: ({ right, sealed }) => ({ version: 5, pubKeyAuth: sealed(right) }) },
    'server-key',
    'PROTOCOL_VIOLATION',
  ),
  row(
    'puts garbage beside an error code',
    { prove: () => ({ errorCode: 0xc000_006d, pubKeyAuth: random(100), authInfo: random(9) }) },
    'server-key',
    'STATUS_LOGON_FAILURE',
  ),
  row('is of version 4', { version: 4 }, 'server-key', 'CREDSSP_TOO_OLD'),
  row('is of version 2', { version: 2 }, 'server-key', 'CREDSSP_TOO_OLD'),
  row('is of version 0', { version: 0 }, 'spnego', 'PROTOCOL_VIOLATION'),
  row('is of a negative version', { version: -6 }, 'spnego', 'PROTOCOL_VIOLATION'),
  row(
    'chooses NTLM',
    { respond: () => tokens({ negState: 1, supportedMech: NTLM, responseToken: challenge }) },
    'spnego',
    'NTLM_INSISTED',
  ),
  row(
    'speaks NTLM without a word',
    { respond: () => tokens({ negState: 1, responseToken: challenge }) },
    'spnego',
    'MALFORMED_MESSAGE',
  ),
  row(
    'asks for user-to-user',
    { respond: () => tokens({ negState: 1, responseToken: gssToken('1.2.840.113554.1.2.2.3', 'tgtRep', random(20)) }) },
    'spnego',
    'USER_TO_USER',
  ),
  row(
    'chooses user-to-user',
    { respond: () => tokens({ negState: 1, supportedMech: '1.2.840.113554.1.2.2.3' }) },
    'spnego',
    'USER_TO_USER',
  ),
  row(
    'chooses what nobody offered',
    { respond: () => tokens({ negState: 0, supportedMech: '1.3.6.1.5.2.5' }) },
    'spnego',
    'MECHANISM_REFUSED',
  ),
  row(
    'says that all is agreed, without Kerberos',
    { respond: () => tokens({ negState: negState.acceptCompleted }) },
    'spnego',
    'PROTOCOL_VIOLATION',
  ),
  row('does not have the key of the host', { respond: (usual) => tokens(garbled(usual())) }, 'spnego', 'SERVICE_UNPROVEN'),
  row('answers another ticket', {}, 'spnego', 'SERVICE_UNPROVEN', { answer: (usual) => ({ ...usual, cusec: 999_999 }) }),
  row('chooses RC4', {}, 'spnego', 'SERVICE_UNPROVEN', {
    answer: (usual) => ({ ...usual, subkey: { keytype: 23, keyvalue: random(16) } }),
  }),
  row('chooses a key that is too short', {}, 'spnego', 'SERVICE_UNPROVEN', {
    answer: (usual) => ({ ...usual, subkey: { keytype: 18, keyvalue: random(31) } }),
  }),
  row(
    'rejects what it took',
    { respond: (usual) => tokens({ ...usual(), negState: negState.reject }) },
    'spnego',
    'SPNEGO_REJECTED',
  ),
  row(
    'vouches falsely for what was negotiated',
    { respond: (usual) => tokens({ ...usual(), mechListMIC: random(28) }) },
    'spnego',
    'MALFORMED_MESSAGE',
  ),
  row(
    'wants a checksum and gives none',
    { respond: (usual) => tokens({ ...usual(), negState: negState.requestMic }) },
    'spnego',
    'PROTOCOL_VIOLATION',
  ),
  row(
    'negotiates without an end',
    { respond: () => tokens({ negState: 1, responseToken: gssToken(kerberosMechanism, 'krbError', skewed()) }) },
    'ticket',
    'KRB_AP_ERR_SKEW',
  ),
  row(
    'sends two tokens',
    { respond: (usual) => ({ negoTokens: [...(tokens(usual()).negoTokens ?? []), { negoToken: random(4) }] }) },
    'spnego',
    'PROTOCOL_VIOLATION',
  ),
  row(
    'sends its proof before ours',
    { respond: (usual) => ({ ...tokens(usual()), pubKeyAuth: random(90) }) },
    'spnego',
    'PROTOCOL_VIOLATION',
  ),
  row('sends no token', { respond: () => ({}) }, 'spnego', 'PROTOCOL_VIOLATION'),
  row('announces 4 GiB', { respond: () => bytes('3084ffffffff') }, 'spnego', 'MALFORMED_MESSAGE'),
  row('announces 64 KiB and 1', { respond: () => bytes('3083010001') }, 'spnego', 'MALFORMED_MESSAGE'),
  row('stops in the middle of a message', { respond: () => bytes('3082100030') }, 'spnego', 'TIMEOUT'),
  row('hangs up at the ticket', { respond: () => undefined }, 'spnego', 'CLOSED'),
  row('hangs up at the proof', { prove: () => undefined }, 'server-key', 'CLOSED'),
];
