import type { Sessions } from '../session/sessions.ts';
import type { Gauges } from './api-ports.ts';

/** What follows the name of the family: labels, or a suffix. */
type Sample = readonly [suffix: string, value: number];

function family(name: string, type: 'counter' | 'gauge' | 'summary', help: string, samples: readonly Sample[]): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples.map(([suffix, value]) => `${name}${suffix} ${value}\n`).join('')}`;
}
const by = (label: string, counts: ReadonlyMap<string, number>): readonly Sample[] =>
  [...counts].map(([value, count]): Sample => [`{${label}="${value.replaceAll(/[^a-z0-9-]/g, '-')}"}`, count]);
/** Prometheus text format 0.0.4. Names of people, hosts and accounts are in no label. */
export function metricsText(
  { counters, cards, openSessions }: Sessions,
  gauges: Gauges,
  refused: ReadonlyMap<string, number>,
): string {
  const { requested, granted, cards: minted, authenticated, destroyed, operations, refusals } = counters;
  const one = (value: number): readonly Sample[] => [['', value]];
  const known = (value: number | undefined) => (value === undefined ? [] : one(value));
  const { gateway } = gauges;
  return [
    family('mayfly_sessions_requested_total', 'counter', 'Sessions asked for', one(requested)),
    family('mayfly_sessions_granted_total', 'counter', 'Sessions granted', one(granted)),
    family('mayfly_cards_minted_total', 'counter', 'Cards that came alive', one(minted)),
    family('mayfly_cards_authenticated_total', 'counter', 'Cards whose logon came about', one(authenticated)),
    family('mayfly_keys_destroyed_total', 'counter', 'Keys destroyed', one(destroyed)),
    family('mayfly_card_operations', 'summary', 'Private operations of a card, told when its key is destroyed', [
      ['_sum', operations],
      ['_count', destroyed],
    ]),
    family('mayfly_refusals_total', 'counter', 'Refused sessions and cards by cause', by('cause', refusals)),
    family('mayfly_requests_refused_total', 'counter', 'Refused requests by code', by('code', refused)),
    family('mayfly_sessions_open', 'gauge', 'Sessions that are not over', one(openSessions)),
    family('mayfly_cards_live', 'gauge', 'Cards whose key exists', one(cards.live)),
    family('mayfly_keys_pooled', 'gauge', 'Keys that are ready', one(gauges.keysPooled)),
    family('mayfly_keys_awaited', 'gauge', 'Cards that wait for a key', one(gauges.keysWaitedFor)),
    family('mayfly_crl_age_seconds', 'gauge', "Age of the CA's CRL", known(gauges.crlAge)),
    family('mayfly_journal_sequence', 'gauge', 'Number of the last journal entry', one(gauges.journalSequence)),
    family('mayfly_gateway_clients_live', 'gauge', 'RDP clients whose token was good', known(gateway?.live)),
    family('mayfly_gateway_clients_half_open', 'gauge', 'RDP clients that have shown no token', known(gateway?.halfOpen)),
    family(
      'mayfly_gateway_clients_refused_total',
      'counter',
      'RDP clients sent away by cause',
      by('cause', gateway?.refused ?? new Map()),
    ),
  ].join('');
}
