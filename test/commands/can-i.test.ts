import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadModules } from '../../src/app/modules.ts';
import { query } from '../../src/commands/can-i.ts';
import type { Answered } from '../../src/core/define.ts';
import type { RightsBook } from '../../src/core/rights/book.ts';
import { withinNamespaces } from '../../src/core/within-namespaces.ts';
import { plainText } from '../../src/core/wording.ts';
import { type Language, sentences } from '../../src/messages/catalog.ts';
import { argsOf, askedBy } from '../support/asked.ts';
import { type SimulatedEnvironments, simulatedEnvironments } from '../support/simulated.ts';

let simulated: SimulatedEnvironments;
beforeAll(async () => {
  simulated = await simulatedEnvironments({ production: ['tokyo', 'osaka'] });
});
afterAll(() => simulated.close());

/** Some of those there are, so that a further one changes no sentence here. */
const ASKED = ['can-i', 'history', 'logs', 'pods', 'restart', 'rollback', 'scale'];
const commands = new Map([...loadModules().commands].filter(([name]) => ASKED.includes(name)));
const rights: RightsBook = {
  standingOf: async () => expect.unreachable(),
  roles: () => expect.unreachable(),
  commands,
  rules: () => expect.unreachable(),
  actionsIn: () => new Map(),
};

async function canI(
  words = '',
  options: { readonly cluster?: string; readonly language?: Language; readonly only?: readonly string[] } = {},
): Promise<Answered> {
  const { cluster, language = 'en', only } = options;
  const { environments } = simulated;
  const production = environments.get('production')!;
  const narrowed = only && {
    ...production,
    namespaces: only,
    clusters: new Map([...production.clusters].map(([name, one]) => [name, withinNamespaces(one, only)])),
  };
  const args = argsOf(query, words, language);
  const asked = askedBy({ role: 'operator', language, signal: AbortSignal.timeout(10_000), cluster });
  const resources = { environments: narrowed ? new Map([['production', narrowed]]) : environments, rights };
  return query.answer(args, resources, asked, sentences(language));
}

function lines({ blocks }: Answered): readonly string[] {
  return blocks.flatMap((block) => {
    if (block.kind === 'text') return [plainText(block.text)];
    if (block.kind === 'list') return block.items.map(plainText);
    if (block.kind === 'context') return block.lines.map(plainText);
    return block.kind === 'code' ? [block.code] : [];
  });
}

describe('can-i', () => {
  it('says that all is there, what is there beyond it, and as whom', async () => {
    const [all, tokyo, beyond] = lines(await canI('', { cluster: 'tokyo' }));
    expect(all).toBe('production: every command has the rights that it needs.');
    expect(tokyo).toMatch(/^production\/tokyo, as system:serviceaccount:hikeshi:hikeshi: (\d+) of \1 rights\.$/);
    expect(beyond).toBe('Has, and no command needs: * *.*.');
  });

  it('names what is missing and for which command, and prints what would mend it', async () => {
    const { forbidden } = simulated.worlds.get('production/osaka')!.faults;
    forbidden.add('patch deployments/scale');
    forbidden.add('list pods');
    const said = lines(await canI());
    expect(said[0]).toBe('production: in 1 of 2 clusters some commands lack rights, or it could not be found out.');
    expect(said).toContain('lacks patch deployments.apps/scale, needed by scale');
    expect(said).toContainEqual(expect.stringMatching(/^lacks list pods, needed by .*\blogs, pods, restart/));
    const yaml = said.find((line) => line.includes('kind: ClusterRole'))!;
    expect(yaml).toMatch(/^# For production\/osaka\n---\n/);
    expect(yaml).toContain('deployments/scale');
    expect(lines(await canI('', { language: 'ja' })).join('\n')).toContain('不足');
    forbidden.clear();
  });

  it('asks in the namespaces of the environment, or in the one that is named', async () => {
    const { forbidden } = simulated.worlds.get('production/osaka')!.faults;
    forbidden.add('list pods');
    forbidden.add('list namespaces');
    const said = lines(await canI('', { only: ['shop', 'data'] }));
    expect(said.filter((line) => line.startsWith('lacks'))).toEqual([
      expect.stringMatching(/^lacks list pods in shop, needed by .*\blogs, pods, restart/),
      expect.stringMatching(/^lacks list pods.metrics.k8s.io in shop, needed by .*\bpods/),
      expect.stringMatching(/^lacks list pods in data, needed by .*\blogs, pods, restart/),
      expect.stringMatching(/^lacks list pods.metrics.k8s.io in data, needed by .*\bpods/),
    ]);
    expect(said.join('\n')).toContain('kind: RoleBinding');
    expect(said.join('\n')).not.toContain('ClusterRole');
    expect(lines(await canI('-n shop')).filter((line) => line.startsWith('lacks list pods in'))).toHaveLength(1);
    forbidden.clear();
  });

  it('says of a cluster that does not answer that it was not asked', async () => {
    const world = simulated.worlds.get('production/osaka')!;
    world.away(true);
    expect(lines(await canI()).join('\n')).toContain('production/osaka was not asked: away');
    world.away(false);
  });
});
