import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** What was signed, and the RSA signature (rsa-sha2-512) over it: OpenSSH's PROTOCOL.sshsig, 2 and 3. */
export function readSshSignature(file: string, message: string): { readonly signed: Buffer; readonly signature: Buffer } {
  const armored = readFileSync(file, 'utf8');
  const blob = Buffer.from(armored.replaceAll(/-----.*?-----|\s/g, ''), 'base64');
  const fields = [...strings(blob.subarray('SSHSIG'.length + 4))];
  const [, namespace = '', reserved = '', hashAlgorithm = '', signature = ''] = fields;
  const digest = createHash(hashAlgorithm.toString()).update(message).digest();
  const signed = [namespace, reserved, hashAlgorithm, digest].map((field) => string(Buffer.from(field)));
  return {
    signed: Buffer.concat([Buffer.from('SSHSIG'), ...signed]),
    signature: [...strings(Buffer.from(signature))][1] ?? Buffer.alloc(0),
  };
}

/** RFC 4251 5: a length of four octets, then as many octets. */
function* strings(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at + 4 <= bytes.length; ) {
    const end = at + 4 + bytes.readUInt32BE(at);
    yield bytes.subarray(at + 4, end);
    at = end;
  }
}

function string(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
