import { encode } from '../wire/codec.ts';
import { type AutoDetectRequest, type AutoDetectResponse, autoDetectResponse, requestType, responseType } from './auto-detect.ts';
import { securityFlag, securityHeader } from './security-header.ts';

/** What a client has seen so far when a request comes. */
export interface Seen {
  /** Milliseconds of any clock that does not run backwards. */
  readonly now: number;
  /** Octets received on the connection since it began, this request included. */
  readonly received: number;
}
interface Measurement extends Seen {
  readonly payload: number;
}
const MOST = 0xffff_ffff;

/** A client's part in the measurements of [MS-RDPBCGR] 1.3.8: one measurement of bandwidth at a time. */
export class AutoDetectAnswers {
  #begun: Measurement | undefined;
  /** The response that a request wants; `undefined` when it wants none. */
  answer(request: AutoDetectRequest, { now, received }: Seen): AutoDetectResponse | undefined {
    const { sequenceNumber } = request;
    switch (request.kind) {
      case 'rtt-measure':
        return { kind: 'rtt-measure', responseType: responseType.rtt, sequenceNumber };
      case 'bandwidth-start':
        this.#begun = { now, received, payload: 0 };
        return undefined;
      case 'bandwidth-payload':
        if (this.#begun) this.#begun = { ...this.#begun, payload: this.#begun.payload + request.payload.length };
        return undefined;
      case 'bandwidth-stop':
      case 'bandwidth-stop-payload': {
        const begun = this.#begun ?? { now, received, payload: 0 };
        this.#begun = undefined;
        const connectTime = request.requestType === requestType.bandwidthStopConnectTime;
        const payload = 'payload' in request ? request.payload.length : 0;
        const octets = connectTime ? begun.payload + payload : received - begun.received;
        return {
          kind: 'bandwidth-results',
          responseType: connectTime ? responseType.bandwidthConnectTime : responseType.bandwidthContinuous,
          sequenceNumber,
          timeDelta: Math.min(Math.max(0, Math.round(now - begun.now)), MOST),
          byteCount: Math.min(Math.max(0, octets), MOST),
        };
      }
      case 'network-characteristics':
        return undefined;
    }
  }
}
/** A response with its security header, as the message channel carries it. */
export function autoDetectReply(response: AutoDetectResponse): Uint8Array {
  const header = encode(securityHeader, { flags: securityFlag.autodetectRsp, flagsHi: 0 });
  return new Uint8Array([...header, ...encode(autoDetectResponse, response)]);
}
