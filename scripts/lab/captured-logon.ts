import { paPkAsReq } from '../../src/kerberos/pkinit.ts';
import { decode } from '../../src/wire/codec.ts';
import type { DecodedMessage } from './capture.ts';
import { assert } from './clients/expected.ts';
import type { LabRun } from './lab-run.ts';

const AS_REQ = 10;
const TGS_REQ = 12;
const PA_PK_AS_REQ = 16;
const PA_TGS_REQ = 1;

/**
 * What tshark 4.0 does not know: the SID extension of a certificate, and what came to PKAuthenticator after RFC 4556, freshnessToken
 * (RFC 8070) and paChecksum2 ([MS-PKCA]); it says the same of kinit's own requests.
 */
const UNKNOWN =
  /^BER: Dissector for OID not implemented|^BER Error: This field lies beyond the end of the known sequence definition/;

/** tshark finds our requests and what must be in them, and nothing malformed. */
export function decodedRequests(messages: readonly DecodedMessage[]): string {
  const asked = messages.filter(({ type }) => type === AS_REQ || type === TGS_REQ);
  const signed = asked.filter(({ padata }) => padata.has(PA_PK_AS_REQ));
  const services = asked.filter(({ type, padata }) => type === TGS_REQ && padata.has(PA_TGS_REQ));
  assert(signed.length === 1, `${signed.length} requests with PA-PK-AS-REQ`);
  assert(services.length > 0, 'no TGS-REQ');
  const complaints = asked.flatMap((message) => message.complaints.filter((said) => !UNKNOWN.test(said)));
  assert(complaints.length === 0, `tshark says: ${complaints.join('; ')}`);
  const ofServices = services.flatMap((message) => message.complaints);
  assert(ofServices.length === 0, `tshark says of TGS-REQ: ${ofServices.join('; ')}`);
  return `${asked.length} requests, one with PA-PK-AS-REQ, ${services.length} TGS-REQ`;
}

/** The SignedData of the AS-REQ that passed, by openssl: signature, attributes, certificate and CA. */
export async function verifiedByOpenssl(lab: LabRun, messages: readonly DecodedMessage[], anchor: string): Promise<string> {
  const value = messages.map(({ padata }) => padata.get(PA_PK_AS_REQ)).find((found) => found !== undefined && found.length > 0);
  assert(value !== undefined, 'no PA-PK-AS-REQ');
  const { signedAuthPack } = decode(paPkAsReq, value);
  const file = lab.write('signed-auth-pack.der', signedAuthPack);
  const out = lab.path('auth-pack.der');
  const input = ['-inform', 'DER', '-in', file];
  await lab.run('openssl', ['cms', '-verify', ...input, '-CAfile', anchor, '-purpose', 'any', '-out', out]);
  const printed = await lab.run('openssl', ['cms', '-cmsout', '-print', '-noout', ...input]);
  assert(/eContentType: [^\n]*1\.3\.6\.1\.5\.2\.3\.1\b/.test(printed), `openssl says: ${printed.slice(0, 400)}`);
  return 'id-pkinit-authData, signature and chain hold';
}
