import { afterAll, beforeAll } from 'vitest';
import type { World } from '../../sandbox/cluster/world.ts';
import { parseWords, readArgs } from '../../src/core/ask/parse.ts';
import { tokenize } from '../../src/core/ask/tokenize.ts';
import { isCut } from '../../src/core/ask/whole.ts';
import type { Asked, Query } from '../../src/core/define.ts';
import { plainText } from '../../src/core/wording.ts';
import { type Language, sentences } from '../../src/messages/catalog.ts';
import { fakeImages } from '../fakes/images.ts';
import { askedBy, resourcesOf } from './asked.ts';
import { type SimulatedEnvironments, simulatedEnvironments } from './simulated.ts';

export interface ListShown {
  readonly text: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly more: number;
  /** A file holds more of it. */
  readonly cut: boolean;
  /** Of what stands as code. */
  readonly code: readonly string[];
  /** Lists and small print. */
  readonly lines: readonly string[];
  /** Label and what it says. */
  readonly buttons: readonly (readonly [string, unknown])[];
}

export interface Lists {
  /** `production/main`, `production/dr`, `staging/solo` */
  world(name: string): World;
  /** What a query answers to these words after its verb, asked of production. */
  readonly ask: (query: Query, words: string, asked?: Partial<Asked>, language?: Language) => Promise<ListShown>;
}

const NOW = new Date('2026-11-20T03:00:00Z');

/** Simulated clusters for a file's tests; their time stands at `NOW` but for ticks. */
export function useLists(): Lists {
  let simulated: SimulatedEnvironments;
  beforeAll(async () => {
    simulated = await simulatedEnvironments({ production: ['main', 'dr'], staging: ['solo'] }, () => NOW);
  });
  afterAll(() => simulated.close());
  return {
    world: (name) => simulated.worlds.get(name)!,
    async ask(query, words, asked = {}, language = 'en') {
      const { given, environment, cluster } = parseWords(query, tokenize(words));
      const answered = await query.answer(
        readArgs(query, given, 'en'),
        resourcesOf({ environments: simulated.environments, images: fakeImages() }),
        askedBy({
          language,
          now: NOW,
          signal: AbortSignal.timeout(20_000),
          environment: environment ?? 'production',
          ...(cluster !== undefined && { cluster }),
          ...asked,
        }),
        sentences(language),
      );
      const { text, blocks } = answered;
      const table = blocks.find((b) => b.kind === 'table');
      const lines = blocks.flatMap((b) => (b.kind === 'list' ? b.items : b.kind === 'context' ? b.lines : []));
      return {
        text: plainText(text),
        columns: table?.columns ?? [],
        rows: table?.rows ?? [],
        more: table?.more ?? 0,
        cut: isCut(answered),
        code: blocks.flatMap((b) => (b.kind === 'code' ? b.code.split('\n') : [])),
        lines: lines.map(plainText),
        buttons: blocks.flatMap((b) =>
          b.kind === 'buttons' ? b.buttons.map((one) => [one.label, one.carries['say']] as const) : [],
        ),
      };
    },
  };
}

/** An endpoint slice of a service, with so many addresses that are ready or not. */
export const sliceOf = (service: string, ready: readonly boolean[], addressType = 'IPv4') => ({
  metadata: { labels: { 'kubernetes.io/service-name': service } },
  addressType,
  ports: [{ port: 8080 }],
  endpoints: ready.map((one, i) => ({ addresses: [`10.0.0.${i + 1}`], conditions: { ready: one } })),
});
