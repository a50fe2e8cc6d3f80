import { describe, expect, it } from 'vitest';
import { diffConfig } from '../../src/config/diff.ts';
import { fullEnv, load, loaded, problems } from './support.ts';

const yaml = (databases: string): string =>
  `slack: {channel: alerts}\nenvironments: {production: {databases: ${databases}}}\n`;
const env = { ...fullEnv, ORDERS: 'postgres://hikeshi:s3cret@db.example.com/orders' };

describe('databases', () => {
  it('are URLs from variables or files, by name', () => {
    const config = loaded(yaml('{orders: {url: ORDERS}}'), { env });
    const [orders] = config.environments['production']!.databases;
    expect(orders).toMatchObject({ name: 'orders', variable: 'ORDERS' });
    expect(orders!.url.reveal()).toBe(env.ORDERS);
    expect(JSON.stringify(config)).not.toContain('s3cret');
    const files = { '/run/orders': `${env.ORDERS}\n` };
    const fromFile = loaded(yaml('{orders: {url: ORDERS}}'), {
      env: { ...fullEnv, ORDERS_FILE: '/run/orders' },
      files,
    });
    expect(fromFile.environments['production']!.databases[0]!.url.reveal()).toBe(env.ORDERS);
  });

  it.each([
    ['{orders: {url: ORDERS}}', fullEnv, 'the variable ORDERS is not set'],
    ['{orders: {url: ORDERS}}', { ...fullEnv, ORDERS: 'mysql://u:s3cret@h/x' }, 'holds no postgres:// URL'],
    ['{orders: {url: ORDERS}}', { ...fullEnv, ORDERS: 's3cret' }, 'holds no postgres:// URL'],
    ['{orders: {url: "postgres://u:s3cret@h/x"}}', env, 'holds a secret itself'],
    ['{"o r": {url: ORDERS}}', env, 'is no name'],
    ['{orders: {uri: ORDERS}}', env, 'url'],
  ])('%s with %j: %s', (text, given, expected) => {
    const found = problems(yaml(text), { env: given }).join('\n');
    expect(found).toContain(expected);
  });

  it('of a URL that is wrong nothing is shown', () => {
    const given = { ...fullEnv, ORDERS: 'mysql://u:s3cret@h/x' };
    expect(problems(yaml('{orders: {url: ORDERS}}'), { env: given }).join()).not.toContain('s3cret');
  });

  it('are not asked for where none is looked at', () => {
    expect(load(yaml('{orders: {url: ORDERS}}'), { env: {}, needs: [] }).problems).toBeUndefined();
  });

  it('need a restart when they change, a password too', () => {
    const before = loaded(yaml('{orders: {url: ORDERS}}'), { env });
    const rotated = loaded(yaml('{orders: {url: ORDERS}}'), {
      env: { ...env, ORDERS: 'postgres://hikeshi:n3w@db.example.com/orders' },
    });
    expect(diffConfig(before, rotated)).toEqual({ changed: ['environments'], restart: ['environments'] });
  });
});
