import type { NewWorkload, World } from '../cluster/world.ts';

/** What runs beside the shop: each of these can be broken in a way of its own. */

const DAY_MS = 86_400_000;
const PROBE = { httpGet: { path: '/ready', port: 8080 } };

const info = (msg: string): string => JSON.stringify({ level: 'info', msg });

/** `catalog/prices`: the release that works, and the one that does not. */
export const PRICES = {
  good: 'registry.example.com/catalog/prices:2.3.0',
  bad: 'registry.example.com/catalog/prices:3.0.0',
} as const;
/** How many replicas are wanted of what is scaled by a breakage, on a good day. */
export const MAILERS = 2;
export const RENDERERS = 2;
export const ARCHIVERS = 3;
/** As the quota of `reports` has it. */
export const REPORTS_PODS = 6;

export function buildNeighbours(world: World): void {
  for (const one of neighbours()) world.create(one);
  world.aged(3 * DAY_MS, () => {
    world.revise('catalog', 'prices', { image: PRICES.good, changeCause: 'rounding as the tax office wants it' });
    world.settle();
  });
  const hard = { pods: String(REPORTS_PODS) };
  world.aged(30 * DAY_MS, () => world.putBeside('resourcequotas', 'reports', 'compute', { spec: { hard } }));
  world.step();
}

function neighbours(): readonly NewWorkload[] {
  const image = (name: string, tag: string): string => `registry.example.com/${name}:${tag}`;
  const resources = { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } };
  const age = 40 * DAY_MS;
  const prints = [info('ready')];
  return [
    { namespace: 'search', name: 'indexer', replicas: 2, image: image('search/indexer', '5.1.0') },
    {
      namespace: 'search',
      name: 'suggest',
      replicas: 2,
      image: image('search/suggest', '5.1.0'),
      readinessProbe: PROBE,
    },
    { namespace: 'catalog', name: 'prices', replicas: 4, image: image('catalog/prices', '2.2.4') },
    { namespace: 'mail', name: 'mailer', replicas: MAILERS, image: image('mail/mailer', '1.9.3') },
    { namespace: 'reports', name: 'renderer', replicas: RENDERERS, image: image('reports/renderer', '0.14.0') },
    { namespace: 'reports', name: 'archiver', replicas: ARCHIVERS, image: image('reports/archiver', '0.14.0') },
  ].map((one) => ({ ...one, resources, age, prints }));
}
