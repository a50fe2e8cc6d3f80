import { describe, expect, it } from 'vitest';
import { fullEnv, load, loaded, problems } from './support.ts';

const yaml = (heartbeat: string): string => `slack: {channel: alerts}\nheartbeat: ${heartbeat}\n`;
const env = { ...fullEnv, BEAT: 'https://watchdog.example.com/ping/s3cret' };

describe('heartbeat', () => {
  it('is a URL from a variable or a file, and an interval of a minute', () => {
    const { heartbeat } = loaded(yaml('{url: BEAT}'), { env });
    expect(heartbeat?.everyMs).toBe(60_000);
    expect(heartbeat?.url.reveal()).toBe(env.BEAT);
    expect(JSON.stringify(heartbeat)).not.toContain('s3cret');
    const files = { '/run/beat': `${env.BEAT}\n` };
    const fromFile = loaded(yaml('{url: BEAT, every: 30s}'), { env: { ...fullEnv, BEAT_FILE: '/run/beat' }, files });
    expect(fromFile.heartbeat).toMatchObject({ everyMs: 30_000 });
    expect(loaded('slack: {channel: alerts}\n').heartbeat).toBeUndefined();
  });

  it.each([
    ['{url: BEAT}', fullEnv, 'the variable BEAT is not set'],
    ['{url: BEAT}', { ...fullEnv, BEAT: 'ftp://x/s3cret' }, 'holds no http(s) URL'],
    ['{url: BEAT}', { ...fullEnv, BEAT: 's3cret' }, 'holds no http(s) URL'],
    ['{url: BEAT, every: 5s}', env, 'is not between 10s and 1h'],
    ['{url: BEAT, every: 2h}', env, 'is not between 10s and 1h'],
    ['{url: "https://watchdog.example.com/ping"}', env, 'is not the name of an environment variable'],
  ])('%s with %j: %s', (text, given, expected) => {
    const found = problems(yaml(text), { env: given }).join('\n');
    expect(found).toContain(expected);
    expect(found).not.toContain('s3cret');
  });

  it('asks for nothing where nothing is sent', () => {
    expect(load(yaml('{url: BEAT}'), { env: {}, needs: [] }).problems).toBeUndefined();
  });
});
