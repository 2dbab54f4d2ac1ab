import { identityFailures } from '../../api/identity/identity-failure.ts';
import type { Entry } from '../../codes/entry.ts';
import { foreignCodes } from '../../codes/foreign-codes.ts';
import { ownCodes } from '../../codes/own-code.ts';
import { place } from '../../codes/place.ts';
import { remedy } from '../../codes/remedy.ts';
import { gatewayEnds } from '../../gateway/gateway-end.ts';
import { statusWord, statusWordMeaning, statusWords } from '../../piv/status-word.ts';
import { builtInRules } from '../../policy/built-in.ts';
import { failureCode, failureMeaning } from '../../rdp/negotiation-code.ts';
import { type ErrorInfoClass, errorInfo, errorInfoCodes } from '../../rdp/set-error-info.ts';
import { logonStages, stalledLogon } from '../../rdpdr/stalled-logon.ts';
import { endings } from '../../session/session-ending.ts';
import { sessionErrors } from '../../session/session-error.ts';

const own = (name: string, cause: string, look: string, fix: string): Entry => ({ kind: 'mayfly', name, cause, look, fix });

const fixOfClass: Readonly<Record<ErrorInfoClass, string>> = {
  none: 'nothing to mend',
  session: 'where the host ends sessions against your will: change its time limits and policies for Remote Desktop Services',
  license: 'give the host a licence server that has licences, or two administrative sessions',
  broker: 'name the host itself, not its collection: a broker hands clients on to other hosts',
  protocol: 'update Mayfly; capture the session, and see which PDU the host did not take',
  unknown: 'look it up in [MS-RDPBCGR] 2.2.5.1.1',
};
const fixOfToken = 'show a token that is good: `mayfly token create`, or log on at the identity provider again';
const cardEntry = (status: number): Entry => ({
  kind: 'status-word',
  number: status,
  name: status.toString(16).padStart(4, '0').toUpperCase(),
  cause: statusWordMeaning(status),
  look: `\`mayfly apdu explain\` on a capture; ${place.card}`,
  fix: status === statusWord.success || status === statusWord.moreData ? 'nothing to mend' : remedy.newSession,
});
const stages = logonStages.map((stage) => {
  const { sentence, fix } = stalledLogon(stage);
  return own(stage, sentence, `${place.hostLog}; ${place.journal}`, fix);
});
const ends = Object.entries(gatewayEnds).map(([cause, { sentence, endsSession }]) =>
  own(
    cause,
    sentence,
    `${place.journal}; the sentence there says more where the host gave a reason`,
    endsSession ? remedy.newSession : 'open the session again; where it ends so again, read what the host said',
  ),
);
const refusals = builtInRules.map(({ name, sentence, tierZero }) =>
  own(
    name,
    sentence,
    place.directory,
    tierZero
      ? 'choose an account without such rights; an exception in the configuration lifts it for one SID, at your risk'
      : 'choose another account: no rule and no exception lifts this',
  ),
);

/** Every code that Mayfly can explain: those of others, and its own. */
export const knownCodes: readonly Entry[] = [
  ...foreignCodes,
  ...statusWords.map(cardEntry),
  ...errorInfoCodes.map((number): Entry => {
    const { name, sentence, class: kind } = errorInfo(number);
    return { kind: 'error-info', number, name, cause: sentence, look: place.hostLog, fix: fixOfClass[kind] };
  }),
  ...Object.values(failureCode).map((number): Entry => {
    const { name, sentence, fix } = failureMeaning(number);
    return { kind: 'negotiation', number, name, cause: sentence, look: place.hostSettings, fix };
  }),
  ...ends,
  ...stages,
  ...refusals,
  ...Object.entries(sessionErrors).map(([code, [cause, fix]]) => own(code, cause, place.journal, fix)),
  ...Object.entries(identityFailures).map(([code, cause]) => own(code, cause, place.serviceLog, fixOfToken)),
  ...ownCodes,
  ...Object.values(endings).map(({ cause, sentence }) => own(cause, sentence, place.journal, remedy.newSession)),
];
