import type { Button } from '../../domain/content.ts';
import type { Catalog } from '../../messages/catalog.ts';
import { sayButton } from '../ask/say.ts';
import { ifSeen } from '../beside.ts';
import type { Asked } from '../define.ts';
import type { FoundManifest } from '../manifests.ts';
import { endpointsOf, SERVICE_LABEL } from './endpoints.ts';

/** What is behind a service. */

const ADDRESSES = 5;
/** Of one service. */
const SLICES = 1_000;

/** For `describe`: a line for each kind of address. */
export async function endpointLines(
  { cluster, object, namespace }: FoundManifest,
  { signal }: Asked,
): Promise<readonly string[]> {
  const selector = `${SERVICE_LABEL}=${nameOf(object)}`;
  const query = { resource: 'endpointslices', namespace, selector, limit: SLICES } as const;
  const { seen } = await ifSeen((within) => cluster.table(query, within), signal);
  if (!seen) return [];
  const lines = endpointsOf(seen.rows).map(({ ready, of, addressType, addresses }) => {
    const all = addresses.flatMap((one) => one.split(','));
    const more = all.length - ADDRESSES;
    const shown = all.slice(0, ADDRESSES).join(', ') + (more > 0 ? ` and ${more} more` : '');
    return `Endpoints: ${ready} of ${of} ready${shown === '' ? '' : ` (${addressType}): ${shown}`}`;
  });
  return lines.length > 0 ? lines : ['Endpoints: none'];
}

export function endpointsButton({ object, path }: FoundManifest, m: Catalog): Button {
  const name = nameOf(object);
  return sayButton(m.list.next.endpoints({ name }), `endpoints ${path.split('/').toSpliced(-2, 1).join('/')}`);
}

const nameOf = ({ metadata }: FoundManifest['object']): string => String((metadata as { readonly name?: string }).name);
