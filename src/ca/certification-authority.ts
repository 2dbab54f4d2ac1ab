import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Bounds, RefusedSidList } from '../pki/bounds.ts';
import { isCrlDue, nextCrl } from '../pki/crl-schedule.ts';
import { issue, type LogonRequest, prepare } from '../pki/issue.ts';
import type { Issuer } from '../pki/issuer.ts';
import type { Fault } from '../pki/lint.ts';
import { refusedSidListFault } from '../pki/lints/refused-sid-list.ts';
import { publicationOf } from '../pki/publication.ts';
import { isoTime, type UnixSeconds } from '../wire/der-time.ts';
import { toHex } from '../wire/hex.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import type { CertificateFacts } from '../x509/certificate.ts';
import { makeCrl, type RevocationReason } from '../x509/crl.ts';
import { nameHas } from '../x509/name-text.ts';
import { oid } from '../x509/oid.ts';
import type { Signer } from '../x509/signature-algorithm.ts';
import { replaceFile } from './atomic-file.ts';
import type { CaFolder, CaSettings } from './ca-folder.ts';
import { fileSigner } from './file-signer.ts';
import { IssuanceLog, type LogEntry } from './issuance-log.ts';
import { digestOf, IssuedCertificates } from './issued-certificates.ts';
import { openPrivateKey } from './private-key-file.ts';
import { ProcessLock } from './process-lock.ts';
import type { RefusedSidFile } from './refused-sid-file.ts';

export type Clock = () => UnixSeconds;
export type Issuance =
  | { readonly ok: true; readonly certificate: Uint8Array; readonly serialNumber: string; readonly notAfter: UnixSeconds }
  | { readonly ok: false; readonly faults: readonly Fault[] };
export type RevocationOutcome =
  | { readonly ok: true; readonly crlNumber: number }
  | { readonly ok: false; readonly reason: string };

/** Stands in the subject of every CA made with `--lab`, where no setting can talk it away. */
export const LAB_UNIT = 'Mayfly Lab - do not trust';
export const isLab = ({ subject }: CertificateFacts): boolean => nameHas(subject, oid.organizationalUnitName, LAB_UNIT);

/** An issuing CA as its certificate and settings describe it. */
export function issuerOf(certificate: CertificateFacts, settings: CaSettings, signer: Pick<Signer, 'algorithm'>): Issuer {
  const { crlUrls, caIssuerUrls } = publicationOf(toHex(certificate.keyId), settings.forest, settings.crlUrl);
  return {
    subject: certificate.subject,
    keyId: certificate.keyId,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    signatureAlgorithm: signer.algorithm.identifier,
    crlUrls,
    caIssuerUrls,
    sidPlacement: settings.sidPlacement,
    lab: isLab(certificate),
  };
}

/** The log, taken in by `issued`. A CRL is in the log before it is in its file: one that the log does not know outlived entries. */
async function replayed(folder: CaFolder, issued: IssuedCertificates, now: UnixSeconds): Promise<IssuanceLog> {
  const published = await folder.crlDigest();
  let isKnown = published === undefined;
  const log = await IssuanceLog.open(folder.logFile, (entry) => {
    issued.recall(entry, now);
    isKnown ||= entry.event === 'crl' && entry.crlDigest === published;
  });
  if (isKnown) return log;
  await log.close();
  throw new MayflyError('log-damaged', `${folder.logFile} is older than ${folder.crlFile}: entries are missing at its end`, {
    next: 'restore the log from a backup: without it revoked certificates could be accepted again',
  });
}

/** One CA with its key open: issues, revokes, makes CRLs. There is one for each key at any time, behind a lock. */
export class CertificationAuthority {
  readonly certificate: CertificateFacts;
  readonly issuer: Issuer;
  readonly bounds: Bounds;
  readonly #folder: CaFolder;
  readonly #signer: Signer;
  readonly #lock: ProcessLock;
  readonly #log: IssuanceLog;
  readonly #issued: IssuedCertificates;
  readonly #clock: Clock;
  readonly #refusedSids: RefusedSidFile | undefined;
  /** Serial numbers whose revocation is on its way to the log. */
  readonly #revoking = new Set<string>();
  /** CRLs are made one after the other, so that their numbers rise in the order they are written. */
  #crlWork: Promise<unknown> = Promise.resolve();
  /** Until the first CRL of this process is written, nobody knows what a crash has left in the file. */
  #crlIsMissing = true;

  private constructor(parts: {
    certificate: CertificateFacts;
    settings: CaSettings;
    bounds: Bounds;
    folder: CaFolder;
    signer: Signer;
    lock: ProcessLock;
    log: IssuanceLog;
    issued: IssuedCertificates;
    clock: Clock;
    refusedSids: RefusedSidFile | undefined;
  }) {
    this.certificate = parts.certificate;
    this.issuer = issuerOf(parts.certificate, parts.settings, parts.signer);
    this.bounds = parts.bounds;
    this.#folder = parts.folder;
    this.#signer = parts.signer;
    this.#lock = parts.lock;
    this.#log = parts.log;
    this.#issued = parts.issued;
    this.#clock = parts.clock;
    this.#refusedSids = parts.refusedSids;
  }
  /** @param refusedSids the directory's list; without one only a lab CA issues anything */
  static async open(
    folder: CaFolder,
    passphrase: Uint8Array,
    bounds: Bounds,
    clock: Clock,
    refusedSids?: RefusedSidFile,
  ): Promise<CertificationAuthority> {
    const settings = await folder.readSettings();
    const certificate = await folder.readCertificate();
    const sealed = await folder.readKey();
    const lock = new ProcessLock(folder.lockFile);
    try {
      const signer = fileSigner(openPrivateKey(sealed, passphrase));
      if (Buffer.compare(signer.publicKey, certificate.publicKey) !== 0) {
        throw new MayflyError('ca-key-mismatch', "the key is not the certificate's: it belongs to another CA", {
          next: 'restore ca.key and ca.crt of the same CA from a backup',
        });
      }
      const issued = new IssuedCertificates();
      const log = await replayed(folder, issued, clock());
      issued.forget(clock());
      return new CertificationAuthority({ certificate, settings, bounds, folder, signer, lock, log, issued, clock, refusedSids });
    } catch (e) {
      lock.release();
      throw e;
    }
  }

  /** INVARIANT: the certificate is released only after its entry in the CA's own log is durable. */
  async issue(request: LogonRequest): Promise<Issuance> {
    const keyDigest = digestOf(request.subjectPublicKeyInfo);
    const now = this.#clock();
    const preparation = prepare(request, {
      issuer: this.issuer,
      bounds: this.bounds,
      refusedSidList: this.#refusedSidList(now),
      now,
      random: randomBytes(16),
      isKnownKey: () => this.#issued.isKnownKey(keyDigest),
      isKnownCard: (cardId) => this.#issued.isKnownCard(cardId),
    });
    if (!preparation.ok) return preparation;
    const { prepared } = preparation;
    this.#issued.reserve(keyDigest, request.cardId);
    try {
      const certificate = await issue(prepared, this.issuer, this.#signer);
      const { serialNumber: serial, notAfter, userPrincipalName, sid, account, cardId } = prepared.certificate;
      const serialNumber = toHex(serial);
      await this.#append({
        event: 'issued',
        at: this.#clock(),
        serialNumber,
        notAfter,
        userPrincipalName,
        sid,
        account,
        cardId,
        keyDigest,
        certificateDigest: digestOf(certificate),
      });
      return { ok: true, certificate, serialNumber, notAfter };
    } catch (e) {
      this.#issued.release(keyDigest, request.cardId);
      throw e;
    }
  }
  #refusedSidList(now: UnixSeconds): RefusedSidList {
    return this.#refusedSids?.read(now) ?? { state: 'not-configured' };
  }
  /** Why this CA would refuse every logon certificate now, whoever it is for. */
  get refusedSidListFault(): string | undefined {
    return refusedSidListFault(this.#refusedSidList(this.#clock()), this.issuer);
  }
  /** Revokes one of this CA's live certificates and makes the CRL that says so. */
  async revoke(serialNumber: string, reason: RevocationReason): Promise<RevocationOutcome> {
    const found = this.#issued.find(serialNumber);
    if (!found)
      return { ok: false, reason: 'this CA has issued no certificate with that serial number that is still remembered' };
    if (found.revoked || this.#revoking.has(serialNumber)) return { ok: false, reason: 'the certificate is revoked already' };
    const now = this.#clock();
    if (found.notAfter <= now) return { ok: false, reason: 'the certificate has ended by itself' };
    this.#revoking.add(serialNumber);
    try {
      await this.#append({ event: 'revoked', at: now, serialNumber, notAfter: found.notAfter, reason });
    } finally {
      this.#revoking.delete(serialNumber);
    }
    return { ok: true, crlNumber: await this.makeCrl().catch(revokedWithoutCrl) };
  }
  /** Makes and writes a CRL; its number. The number is used up before the CRL exists, so that none is ever used twice. */
  async makeCrl(): Promise<number> {
    const work = this.#crlWork.then(async () => {
      this.#crlIsMissing = true;
      const now = this.#clock();
      // It would end before it could be of use, and take the place of one that is.
      if (now < this.certificate.notBefore) throw clockError(this.certificate);
      const profile = nextCrl(this.#issued.revocations, this.#issued.lastCrl, now);
      const crl = await makeCrl(profile, this.certificate, this.#signer);
      await this.#append({ event: 'crl', at: now, number: profile.number, crlDigest: digestOf(crl) });
      await replaceFile(this.#folder.crlFile, crl, 0o644);
      this.#crlIsMissing = false;
      return profile.number;
    });
    this.#crlWork = work.catch(() => undefined);
    return work;
  }
  /** Makes a CRL when the last one is a day old or did not reach its file; called as time goes on. */
  async keepCrlFresh(): Promise<void> {
    const now = this.#clock();
    this.#issued.forget(now);
    if (this.#crlIsMissing || isCrlDue(this.#issued.lastCrl, now)) await this.makeCrl();
  }
  /** The CRL as it was last written, DER. */
  async crl(): Promise<Uint8Array> {
    return new Uint8Array(await readFile(this.#folder.crlFile));
  }
  async #append(entry: LogEntry): Promise<void> {
    await this.#log.append(entry);
    this.#issued.record(entry);
  }
  async close(): Promise<void> {
    await this.#crlWork;
    await this.#log.close();
    this.#lock.release();
  }
}

function revokedWithoutCrl(cause: unknown): never {
  const reason = cause instanceof Error ? cause.message : 'unknown cause';
  throw new MayflyError('crl-write', `the revocation is recorded, but there is no CRL yet that says so: ${reason}`, {
    cause,
    next: 'mend that; the CA process tries again every minute',
  });
}
const clockError = ({ notBefore }: CertificateFacts) =>
  new MayflyError('ca-clock', `the clock is before the CA's birth at ${isoTime(notBefore)}`, {
    next: "set this machine's clock",
  });
