import type { Block } from '../domain/content.ts';
import type { Catalog } from '../messages/catalog.ts';
import { sayButton } from './ask/say.ts';
import type { PodSearch } from './pod-search.ts';

/** Of an answer that was narrowed to the incident's workload: what asks the same of its whole namespace. */
export function allButton({ meant }: PodSearch, words: string | undefined, m: Catalog): readonly Block[] {
  if (!meant || words === undefined) return [];
  const { environment, cluster, namespace } = meant;
  const say = `${words} -n ${namespace} -e ${environment} --cluster ${cluster}`;
  return [{ kind: 'buttons', buttons: [sayButton(m.list.allOf({ namespace }), say)] }];
}
