import { bold, code, joinText, type Text, text } from '../../domain/content.ts';

const counted =
  (one: string, many = `${one}s`) =>
  (n: number): string =>
    n === 1 ? `1 ${one}` : `${n} ${many}`;

/** Lists of what is in a cluster, as `kubectl get` has them. */
export const list = {
  summary: {
    configmaps: 'config maps with their keys, never a value',
    hpa: 'autoscalers with what they measure, those at their maximum or without metrics first',
    namespaces: 'namespaces with their Pod Security level, those being deleted first',
    netpol: 'network policies with whose pods they are for',
    nodes: 'nodes with versions, those not ready or under pressure first',
    pdb: 'disruption budgets, those that allow no disruption first',
    serviceaccounts: 'service accounts with their AWS roles',
  },
  flags: {
    labelColumns: 'these labels as columns, as in app,eks.amazonaws.com/compute-type',
    output: 'wide: more columns',
  },
  things: {
    configmaps: counted('config map'),
    hpa: counted('autoscaler'),
    namespaces: counted('namespace'),
    netpol: counted('network policy', 'network policies'),
    nodes: counted('node'),
    pdb: counted('disruption budget'),
    serviceaccounts: counted('service account'),
  },
  /** What is wrong with those that come first; empty where nothing can be. */
  trouble: {
    configmaps: '',
    hpa: 'at the maximum or without metrics',
    namespaces: 'being deleted',
    netpol: '',
    nodes: 'not ready or under pressure',
    pdb: 'allowing no disruption',
    serviceaccounts: '',
  },
  found: (p: { where: string; things: string; troubled: number; trouble: string; first?: string }): Text => {
    if (p.trouble === '') return text`${bold(p.where)}: ${p.things}.`;
    if (p.first === undefined) return text`${bold(p.where)}: ${p.things}, none ${p.trouble}.`;
    return text`${bold(p.where)}: ${p.things}, ${bold(`${p.troubled} ${p.trouble}`)}, first ${code(p.first)}.`;
  },
  none: (p: { where: string; things: string; target?: string; near: readonly string[] }): Text => {
    if (p.target === undefined) return text`${bold(p.where)}: ${p.things}.`;
    const near = joinText(
      p.near.map((name) => [code(name)]),
      ', ',
    );
    return text`${bold(p.where)}: ${p.things} called ${code(p.target)}.${near.length > 0 ? text` Did you mean ${near}?` : ''}`;
  },
  notLookedAt: (p: { more: number }): Text =>
    text`${p.more} more were not looked at. Narrow it down with ${code('-n')} or ${code('-l')}.`,
};
