import { ber, berBoolean, berEnumerated, berOctets, berUnsigned } from '../wire/ber.ts';
import { type Codec, rest, type Value } from '../wire/codec.ts';
import {
  type ConferenceCreateRequest,
  type ConferenceCreateResponse,
  conferenceCreateRequest,
  conferenceCreateResponse,
} from './gcc-conference.ts';
import { mcsResult } from './mcs-result.ts';
import { record } from './record.ts';
import { x224Data } from './x224.ts';

/** Tags of the alternatives of ConnectMCSPDU: [APPLICATION 101] and [APPLICATION 102]. */
const CONNECT_INITIAL = 0x7f65;
const CONNECT_RESPONSE = 0x7f66;

/** DomainParameters, T.125 7 part 2. */
export const domainParameters = ber(
  0x30,
  record({
    maxChannelIds: berUnsigned,
    maxUserIds: berUnsigned,
    maxTokenIds: berUnsigned,
    numPriorities: berUnsigned,
    minThroughput: berUnsigned,
    maxHeight: berUnsigned,
    maxMcsPduSize: berUnsigned,
    protocolVersion: berUnsigned,
  }),
);
export type DomainParameters = Value<typeof domainParameters>;

/** Connect-Initial, T.125 11.1, with what RDP puts into its user data. */
export interface ConnectInitial {
  readonly callingDomainSelector: Uint8Array;
  readonly calledDomainSelector: Uint8Array;
  readonly upwardFlag: boolean;
  readonly targetParameters: DomainParameters;
  readonly minimumParameters: DomainParameters;
  readonly maximumParameters: DomainParameters;
  readonly conference: ConferenceCreateRequest;
}
/** With TPKT and data TPDU: the first PDU inside TLS, [MS-RDPBCGR] 2.2.1.3. */
export const connectInitial: Codec<ConnectInitial> = x224Data(
  ber(
    CONNECT_INITIAL,
    record({
      callingDomainSelector: berOctets(rest),
      calledDomainSelector: berOctets(rest),
      upwardFlag: berBoolean,
      targetParameters: domainParameters,
      minimumParameters: domainParameters,
      maximumParameters: domainParameters,
      conference: berOctets(conferenceCreateRequest),
    }),
  ),
);

/** Connect-Response, T.125 11.2. */
export interface ConnectResponse {
  readonly result: number;
  readonly calledConnectId: number;
  readonly domainParameters: DomainParameters;
  /** Absent where the result is not rt-successful: then the user data is read over. */
  readonly conference?: ConferenceCreateResponse;
}
const responseHeader = record({ result: berEnumerated, calledConnectId: berUnsigned, domainParameters });
const conference = berOctets(conferenceCreateResponse);
const anyUserData = berOctets(rest);
/** With TPKT and data TPDU, [MS-RDPBCGR] 2.2.1.4. */
export const connectResponse: Codec<ConnectResponse> = x224Data(
  ber<ConnectResponse>(CONNECT_RESPONSE, {
    read(r) {
      const header = responseHeader.read(r);
      if (header.result === mcsResult.successful) return { ...header, conference: conference.read(r) };
      anyUserData.read(r);
      return header;
    },
    write(w, { conference: agreed, ...header }) {
      if ((header.result === mcsResult.successful) !== (agreed !== undefined)) {
        throw w.fail('a conference and a result that do not go together');
      }
      responseHeader.write(w, header);
      if (agreed) conference.write(w, agreed);
      else anyUserData.write(w, new Uint8Array());
    },
  }),
);
