import { beforeAll, expect, it } from 'vitest';
import { query as quota } from '../../src/commands/quota.ts';
import { useLists } from '../support/lists.ts';

const lists = useLists();
const { ask } = lists;

beforeAll(() => {
  const main = lists.world('production/main');
  main.createNamespace('shop');
  const hard = { pods: '20', 'requests.cpu': '2', 'limits.memory': '4Gi', 'services.loadbalancers': '0' };
  const used = { pods: '5', 'requests.cpu': '1900m', 'limits.memory': '4096Mi', 'services.loadbalancers': '0' };
  main.putBeside('resourcequotas', 'shop', 'team', { spec: { hard }, status: { hard, used } });
});

it('shows a line for each limit, the fullest first', async () => {
  const answer = await ask(quota, '-n shop --cluster main');
  expect(answer.text).toBe('production/main/shop: 4 quota limits, 3 used to 90 % or more, first team.');
  expect(answer.columns).toEqual(['NAME', 'RESOURCE', 'USED', 'HARD', '%']);
  expect(answer.rows).toEqual([
    ['team', 'services.loadbalancers', '0', '0', '100'],
    ['team', 'limits.memory', '4096Mi', '4Gi', '100'],
    ['team', 'requests.cpu', '1900m', '2', '95'],
    ['team', 'pods', '5', '20', '25'],
  ]);
  expect((await ask(quota, '-n shop', {}, 'ja')).text).toBe(
    'production/shop: クォータ 4 項目、90 % 以上使用 3 件。先頭は team。',
  );
});
