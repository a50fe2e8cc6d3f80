import type { SimulatedCluster } from '../cluster/index.ts';
import type { World } from '../cluster/world.ts';
import type { Alertmanager } from './alertmanager.ts';
import { ARCHIVERS, MAILERS, PRICES, RENDERERS, REPORTS_PODS } from './neighbours.ts';
import type { Orders } from './orders.ts';
import { crashCheckout, type Lang, storm } from './scenario.ts';
import { workloads } from './states.ts';
import type { Watcher } from './watcher.ts';

/** What can be broken. */
export interface Stage {
  readonly cluster: Pick<SimulatedCluster, 'world'>;
  readonly alertmanager: Pick<Alertmanager, 'fire' | 'resolve' | 'fires'>;
  readonly orders: Pick<Orders, 'fill' | 'leave'>;
  readonly watcher: Pick<Watcher, 'isFiring'>;
}

type Spoken = Readonly<Record<Lang, string>>;

export interface Breakage {
  readonly id: string;
  readonly name: Spoken;
  /** What breaks, and how a person mends it in Hikeshi. */
  readonly about: Spoken;
  readonly break: (stage: Stage) => Promise<void> | void;
  /** As somebody would who has no Hikeshi. */
  readonly mend: (stage: Stage) => Promise<void> | void;
  /** Its alerts fire. */
  readonly isBroken: (stage: Stage) => boolean;
}

const firing =
  (watch: string): Breakage['isBroken'] =>
  ({ watcher }) =>
    watcher.isFiring(watch);

const CART = 'registry.example.com/shop/cart:2.0.1';

/** One more than the quota leaves beside the archivers. */
function tooManyRenderers(world: World): number {
  const archivers = workloads(world).find(({ name }) => name === 'archiver')?.desired ?? 0;
  return REPORTS_PODS - archivers + 1;
}

export const BREAKAGES: readonly Breakage[] = [
  {
    id: 'wrong-tag',
    name: { en: 'Wrong tag', ja: 'タグの誤り' },
    about: {
      en: 'A release of shop/cart names an image that nobody has pushed. Roll back cart.',
      ja: 'shop/cart のリリースが、プッシュされていないイメージを指しています。cart をロールバックします。',
    },
    break: ({ cluster }) => cluster.world.breakImage('shop', 'cart'),
    mend: ({ cluster }) => cluster.world.setImage('shop', 'cart', CART),
    isBroken: firing('shop/cart'),
  },
  {
    id: 'crash-loop',
    name: { en: 'Crash loop', ja: 'クラッシュループ' },
    about: {
      en: 'search/indexer ends with an error whenever it starts, until it is made anew. Restart indexer.',
      ja: 'search/indexer は作り直されるまで、起動のたびにエラーで終了します。indexer を再起動します。',
    },
    break({ cluster }) {
      const says = [JSON.stringify({ level: 'error', msg: 'lock /tmp/index.lock is held by a run that is gone' })];
      cluster.world.crash('search', 'indexer', { until: 'restart', exitCode: 1, says });
    },
    mend: ({ cluster }) => cluster.world.mend('search', 'indexer'),
    isBroken: firing('search/indexer'),
  },
  {
    id: 'out-of-memory',
    name: { en: 'Out of memory', ja: 'メモリー不足' },
    about: {
      en: 'shop/checkout leaks memory and is killed for it, all of it, at night. Restart checkout.',
      ja: '夜間、shop/checkout の全 Pod がメモリーリークで強制終了されます。checkout を再起動します。',
    },
    break: ({ cluster }) => crashCheckout(cluster.world),
    mend: ({ cluster }) => cluster.world.mend('shop', 'checkout'),
    isBroken: firing('shop/checkout'),
  },
  {
    id: 'too-few',
    name: { en: 'Too few replicas', ja: 'レプリカ不足' },
    about: {
      en: 'Somebody has scaled mail/mailer to zero and gone home. Scale it up from the finding; a second person approves.',
      ja: '誰かが mail/mailer を 0 個にしたまま帰りました。調査結果のボタンで増やし、別の人が承認します。',
    },
    break: ({ cluster }) => cluster.world.scale('mail', 'mailer', 0),
    mend: ({ cluster }) => cluster.world.scale('mail', 'mailer', MAILERS),
    isBroken: firing('mail/mailer'),
  },
  {
    id: 'bad-release',
    name: { en: 'Bad release', ja: '不良リリース' },
    about: {
      en: 'The new version of catalog/prices ends as soon as it runs; a restart does not help. Roll back prices.',
      ja: 'catalog/prices の新しい版が起動直後に終了します。再起動では直りません。prices をロールバックします。',
    },
    break({ cluster: { world } }) {
      world.revise('catalog', 'prices', { image: PRICES.bad, changeCause: 'prices in euros' });
      const says = [JSON.stringify({ level: 'error', msg: 'column "price_eur" does not exist' })];
      world.crash('catalog', 'prices', { until: 'rollback', exitCode: 1, says });
    },
    mend: ({ cluster }) => cluster.world.revise('catalog', 'prices', { image: PRICES.good, changeCause: 'back again' }),
    isBroken: firing('catalog/prices'),
  },
  {
    id: 'probe',
    name: { en: 'Probe fails', ja: 'プローブ失敗' },
    about: {
      en: 'search/suggest runs and answers its readiness probe with 503, so it gets no requests. Restart suggest.',
      ja: 'search/suggest は動いていますが、Readiness プローブに 503 を返し、リクエストが届きません。suggest を再起動します。',
    },
    break: ({ cluster }) =>
      cluster.world.failProbe('search', 'suggest', {
        until: 'restart',
        words: 'HTTP probe failed with statuscode: 503',
      }),
    mend: ({ cluster }) => cluster.world.mend('search', 'suggest'),
    isBroken: firing('search/suggest'),
  },
  {
    id: 'quota',
    name: { en: 'Quota full', ja: 'クォータ超過' },
    about: {
      en: 'reports/renderer wants more pods than the quota of its namespace leaves. Scale reports/archiver down by one; a second person approves.',
      ja: 'reports/renderer が、ネームスペースのクォータに収まらない数の Pod を求めています。reports/archiver を 1 個減らし、別の人が承認します。',
    },
    break: ({ cluster: { world } }) => world.scale('reports', 'renderer', tooManyRenderers(world)),
    mend({ cluster: { world } }) {
      world.scale('reports', 'archiver', ARCHIVERS);
      world.scale('reports', 'renderer', RENDERERS);
    },
    isBroken: firing('reports/renderer'),
  },
  {
    id: 'sessions',
    name: { en: 'Database full of idle sessions', ja: '放置されたセッション' },
    about: {
      en: 'In a real PostgreSQL every session of the shop has begun a transaction and does nothing. End them: /ops pg idle orders',
      ja: '本物の PostgreSQL で、店の全セッションがトランザクションを始めたまま止まっています。/ops pg idle orders で終了させます。',
    },
    break: ({ orders }) => orders.fill(),
    mend: ({ orders }) => orders.leave(),
    isBroken: firing('orders'),
  },
  {
    id: 'storm',
    name: { en: 'A storm of 40', ja: '40 件の嵐' },
    about: {
      en: 'A switch dies: forty alerts in forty groups at once. “Mend by hand” replaces it, and all resolve; their posts say so one a second, as Slack wants it.',
      ja: 'スイッチの故障で 40 件のアラートが 40 グループで一度に発生します。「手動で直す」で交換され、すべて解消します。投稿の更新は Slack の制限により 1 秒に 1 件ずつです。',
    },
    break({ alertmanager }) {
      for (const { labels, annotations } of storm()) alertmanager.fire(labels, annotations);
    },
    mend({ alertmanager }) {
      for (const { labels } of storm()) alertmanager.resolve(labels);
    },
    isBroken: ({ alertmanager }) => storm().some(({ labels }) => alertmanager.fires(labels)),
  },
];
