import { ruleFaultLine } from '../../policy/rule-fault.ts';
import type { ParsedRule } from '../../policy/rules.ts';
import { print } from '../print.ts';
import { type DecisionOptions, decisionSources } from './decision-sources.ts';

function ruleLine({ name, effect, file, line, minutes, channels, allows, approvals }: ParsedRule): string {
  const terms = [
    `${minutes} minutes`,
    `channels ${channels.join(' ') || 'none'}`,
    ...(allows.length === 0 ? [] : [`allows ${allows.join(' ')}`]),
    ...approvals.map(({ count, group }) => `approved by ${count} of ${group}`),
  ];
  return `${effect.padEnd(6)}  ${name}  ${file}:${line}${effect === 'permit' ? `  (${terms.join(', ')})` : ''}`;
}
/** `mayfly policy check`: rules, schema and directory file, with every fault in them. */
export async function policyCheck(options: DecisionOptions): Promise<number> {
  const { read, file, bounds, close } = await decisionSources(options);
  close();
  const { rules, warnings, digest } = read.rules;
  const facts = {
    folder: read.folder ?? null,
    digest,
    rules: rules.map((rule) => ({ ...rule, text: undefined, says: rule.says ?? null })),
    warnings,
    hosts: file?.hosts.length ?? null,
    upnSuffixes: bounds.upnSuffixes,
    exceptedSids: [...bounds.exceptedSids],
  };
  print(options.json, facts, [
    read.folder === undefined ? 'the built-in rules (no folder of rules is configured)' : `rules of ${read.folder}`,
    ...rules.map((rule) => `  ${ruleLine(rule)}`),
    ...warnings.map((warning) => `warning: ${ruleFaultLine(warning)}`),
    `UPN suffixes: ${bounds.upnSuffixes.join(', ') || '(none: every account is refused)'}`,
    'no fault',
  ]);
  return 0;
}
