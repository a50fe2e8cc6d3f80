/** What holds for actions in an environment, one rule a line. Plain text, for a terminal. */
export const rules = {
  on: (p: { environment: string }): string => `on ${p.environment}`,
  everyAction: (p: { who: readonly string[] }): string => `${p.who.join(', ')} may run every action`,
  noOperator: 'no operator is named',
  permission: (p: {
    index: number;
    who: readonly string[];
    verbs: readonly string[] | 'all';
    on: readonly string[];
  }): string =>
    `permissions[${p.index}]: ${p.who.join(', ')} may run ${p.verbs === 'all' ? 'every action' : p.verbs.join(', ')} on ${p.on.join(', ')}`,
  actionsIn: (p: { channels: readonly string[] }): string => `actions are taken in ${p.channels.join(', ')} only`,
  reason: 'a reason is asked for',
  noReason: 'no reason is asked for',
  approval: (p: { verbs: readonly string[] }): string => `a second person approves: ${p.verbs.join(', ')}`,
  noApproval: 'no second person is asked',
  atOnce: (p: { count: number }): string => `at most ${p.count} ${p.count === 1 ? 'change' : 'changes'} at a time`,
  timeUp: {
    ask: 'when the time of --for is up, it is asked whether to take the change back',
    auto: 'when the time of --for is up, the change is taken back',
  },
  protected: (p: { namespaces: readonly string[]; except: readonly string[] }): string =>
    `protected namespaces: ${p.namespaces.join(', ')}${p.except.length > 0 ? `, except ${p.except.join(', ')}` : ''}`,
  noneProtected: 'no namespace is protected',
  protectedLabel: (p: { label: string }): string => `protected label: ${p.label}`,
  replicas: (p: { min: number; max: number }): string => `replicas: ${p.min} to ${p.max}`,
  coolDown: (p: { time: string }): string => `a target cools down for ${p.time} after an action`,
  noCoolDown: 'no cool-down',
  freeze: (p: { name: string; zone: string; spans: readonly string[] }): string =>
    `frozen (${p.name}, ${p.zone}): ${p.spans.join(', ')}`,
  noFreeze: 'no freeze',
  days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
  span: {
    never: (p: { from: string; to: string }): string => `${p.from} to ${p.to}`,
    day: (p: { from: string; to: string }): string => `each day from ${p.from} to ${p.to}`,
    week: (p: { from: string; to: string }): string => `each week from ${p.from} to ${p.to}`,
  },
  radius: (p: { actions: number | undefined; percent: number | undefined; time: string }): string => {
    const most = [
      ...(p.actions === undefined ? [] : [`${p.actions} ${p.actions === 1 ? 'action' : 'actions'}`]),
      ...(p.percent === undefined ? [] : [`${p.percent} % of its pods`]),
    ];
    return `at most ${most.join(' and ')} within ${p.time}`;
  },
  noRadius: 'no limit of how much at once',
  incidentRequired: 'only for an open incident',
  nobodyLifts: 'nobody lifts a guardrail',
  lifts: (p: { role: string }): string =>
    `${/^[aeiou]/.test(p.role) ? 'an' : 'a'} ${p.role} may lift one guardrail once`,
};
