import type { Config } from '../../src/config/config.ts';
import { type LoadOptions, type LoadResult, loadConfig } from '../../src/config/load.ts';
import { formatProblems } from '../../src/config/problem.ts';

/** Everything `serve` needs. */
export const fullEnv = {
  DATABASE_URL: 'postgres://app:pw@db/hikeshi',
  REDIS_URL: 'redis://cache:6379',
  SLACK_BOT_TOKEN: 'xoxb-test',
  SLACK_SIGNING_SECRET: '0123456789abcdef0123456789abcdef',
  ALERTMANAGER_WEBHOOK_TOKEN: 'webhook-token-0123456789',
} as const;

type Given = Partial<Pick<LoadOptions, 'env' | 'embedded' | 'needs' | 'actions' | 'targetOnly' | 'timed'>> & {
  readonly files?: Readonly<Record<string, string>>;
};

export function load(text: string, given: Given = {}): LoadResult {
  const { files = {}, env = fullEnv, ...options } = given;
  const readFile = (path: string): string => {
    const content = path === 'hikeshi.yaml' ? text : files[path];
    if (content === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return content;
  };
  return loadConfig({ path: 'hikeshi.yaml', env, readFile, ...options });
}

export function loaded(text: string, given?: Given): Config {
  const result = load(text, given);
  if (!result.config) throw new Error(formatProblems(result.problems, 'en').join('\n'));
  return result.config;
}

export function problems(text: string, given?: Given): readonly string[] {
  return formatProblems(load(text, given).problems ?? [], 'en');
}
