import { describe, expect, it } from 'vitest';
import { diffConfig } from '../../src/config/diff.ts';
import { fullEnv, loaded } from './support.ts';

const base = `slack: { channel: alerts }
environments: { production: { clusters: [main] } }
routes: [{ match: 'a="b"', channel: x }]
`;
const before = loaded(base);
const diff = (text: string, env: Record<string, string> = {}) =>
  diffConfig(before, loaded(text, { env: { ...fullEnv, ...env } }));

describe('diffConfig', () => {
  it('sees nothing where nothing changed but blanks and comments', () => {
    expect(diff(`# hello\n${base}\n`)).toEqual({ changed: [], restart: [] });
  });

  it('names the parts; most take effect at once', () => {
    expect(diff(base.replace('"b"', '"c"'))).toEqual({ changed: ['routing'], restart: [] });
    expect(diff(base.replace('alerts', 'other'))).toEqual({ changed: ['slack', 'routing'], restart: [] });
    expect(diff(base.replace('[main]', '[main], requireReason: false'))).toEqual({
      changed: ['environments'],
      restart: [],
    });
  });

  it('says what needs a restart', () => {
    expect(diff(base.replace('[main]', '[main, dr]'))).toEqual({
      changed: ['environments'],
      restart: ['environments'],
    });
    expect(diff(base, { PORT: '8080', DATABASE_URL: 'postgres://other/x' })).toEqual({
      changed: ['env.port', 'env.databaseUrl'],
      restart: ['env.port', 'env.databaseUrl'],
    });
    expect(diff(base, { HOST: '127.0.0.1' }).restart).toEqual(['env.host']);
  });

  it('sees a rotated token', () => {
    expect(diff(base, { ALERTMANAGER_WEBHOOK_TOKEN: 'new' })).toEqual({ changed: ['sources'], restart: [] });
  });
});
