import type { Approval } from './approval.ts';
import type { Allowed } from './question.ts';
import type { ParsedRule } from './read-rules.ts';

/** All approvals together; of one group the greatest number asked for. */
function approvalsOf(permits: readonly ParsedRule[]): readonly Approval[] {
  const most = new Map<string, number>();
  for (const { count, group } of permits.flatMap(({ approvals }) => approvals))
    most.set(group, Math.max(count, most.get(group) ?? 0));
  return Array.from(most, ([group, count]) => ({ count, group }));
}

/**
 * What permits leave over that hold at once: the strictest of each. A permit more never makes it easier, so that a broad rule cannot
 * undo the approval that a narrow one asks for.
 */
export function allOf([first, ...others]: readonly [ParsedRule, ...ParsedRule[]]): Allowed {
  const permits = [first, ...others];
  return {
    effect: 'allow',
    rules: permits.map(({ name }) => name),
    minutes: Math.min(...permits.map(({ minutes }) => minutes)),
    channels: first.channels.filter((channel) => others.every(({ channels }) => channels.includes(channel))),
    allows: first.allows.filter((name) => others.every(({ allows }) => allows.includes(name))),
    approvals: approvalsOf(permits),
  };
}
