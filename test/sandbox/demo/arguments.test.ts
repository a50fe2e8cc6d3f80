import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readArguments } from '../../../sandbox/demo/arguments.ts';
import { configYaml, ORDERS_URL, WEBHOOK_TOKEN } from '../../../sandbox/demo/scenario.ts';
import { startDemo } from '../../../sandbox/demo/start.ts';
import { troubleOf } from '../../../sandbox/demo/trouble.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { UserError } from '../../../src/domain/errors.ts';

describe('what the demo is told', () => {
  it('reads its flags', () => {
    expect(readArguments([])).toEqual({ help: false, play: false, lang: 'en' });
    expect(readArguments(['--play', '--lang', 'ja', '--port', '0', '--keep', 'x'])).toEqual({
      help: false,
      play: true,
      lang: 'ja',
      port: 0,
      keep: 'x',
    });
  });

  it.each([
    [['--lang', 'fr'], 'en and ja'],
    [['--port', 'x'], 'a number'],
    [['--port', '70000'], 'a number'],
    [['--port', '0x50'], '--port wants a number from 0 to 65535, not "0x50".'],
    [['--port', '1e3'], 'a number'],
    [['--port', ' 80'], 'a number'],
    [['--what'], '"--what" is no option of the demo. See npm run demo -- --help.'],
    [['--prot', '80'], '"--prot" is no option of the demo. Did you mean --port? See npm run demo -- --help.'],
    [['-x'], '"-x" is no option of the demo. See npm run demo -- --help.'],
    [['more'], '"more" is no option of the demo. See npm run demo -- --help.'],
    [['--keep'], '--keep wants a folder after it.'],
    [['--keep', '--play'], '--keep wants a folder after it.'],
    [['--keep='], '--keep wants a folder after it.'],
    [['--play=yes'], '--play takes no value: leave "=yes" out.'],
  ])('refuses %j in a sentence', (argv, words) => {
    expect(() => readArguments(argv as string[])).toThrow(words as string);
  });
});

describe('why it does not start', () => {
  it.each([
    [{ code: 'EADDRINUSE', port: 4500 }, 'Port 4500 is taken: say another one with --port, or leave it out.'],
    [{ code: 'EACCES', path: '/x' }, 'No right to write /x: say a folder of yours with --keep, or set TMPDIR.'],
    [{ code: 'EACCES', port: 80 }, 'No right to listen on port 80: say one above 1023 with --port, or leave it out.'],
  ])('says %j in a sentence', (fields, sentence) => {
    expect(troubleOf(Object.assign(new Error('x'), fields))).toBe(sentence);
  });
});

describe('why the app in it does not start', () => {
  it('names the process that holds the folder', () => {
    const error = new UserError('data-dir-in-use', { dataDir: '/d', pid: 7, remedy: 'x' });
    expect(troubleOf(error)).toBe('/d is in use by process 7: end that, or say another folder with --keep.');
  });

  it('leaves a folder alone in which somebody keeps other things', async () => {
    const keep = mkdtempSync(join(tmpdir(), 'hikeshi-kept-'));
    writeFileSync(join(keep, 'hikeshi.yaml'), 'mine');
    const error: unknown = await startDemo({ lang: 'en', keep }).catch((thrown: unknown) => thrown);
    expect(troubleOf(error)).toBe(
      `${keep} is not empty and no demo has made it: say a new folder with --keep. Nothing in it was touched.`,
    );
    expect([readdirSync(keep), readFileSync(join(keep, 'hikeshi.yaml'), 'utf8')]).toEqual([['hikeshi.yaml'], 'mine']);
    rmSync(keep, { recursive: true });
  });

  it('names the file that lies where a folder would have to be', async () => {
    const above = mkdtempSync(join(tmpdir(), 'hikeshi-kept-'));
    const file = join(above, 'notes');
    writeFileSync(file, 'mine');
    for (const keep of [file, join(file, 'x')]) {
      const error: unknown = await startDemo({ lang: 'en', keep }).catch((thrown: unknown) => thrown);
      expect(troubleOf(error)).toBe(`${keep} cannot be used: ${file} is a file. Say another folder with --keep.`);
    }
    rmSync(above, { recursive: true });
  });

  it('names the folder that cannot be made, also where making it the usual way never ends', async () => {
    const error: unknown = await startDemo({ lang: 'en', keep: '/proc/hikeshi' }).catch((thrown: unknown) => thrown);
    expect(troubleOf(error)).toMatch(/^\/proc\/hikeshi cannot be used: ENOENT: .*\. Say another folder with --keep\.$/);
  });
});

describe.each(['en', 'ja'] as const)('the demo’s configuration in %s', (lang) => {
  it('is one that Hikeshi takes without a warning', () => {
    const env = {
      SLACK_BOT_TOKEN: 'xoxb-1',
      SLACK_APP_TOKEN: 'xapp-1',
      ALERTMANAGER_WEBHOOK_TOKEN: WEBHOOK_TOKEN,
      [ORDERS_URL]: 'postgres://hikeshi_ops:x@127.0.0.1:5432/orders',
    };
    const loaded = loadConfig({
      path: 'hikeshi.yaml',
      env,
      readFile: () => configYaml(lang, { kubeconfig: '/tmp/k', alertmanager: 'http://127.0.0.1:9093' }),
      embedded: true,
    });
    expect(loaded).toMatchObject({ warnings: [], config: { slack: { language: lang } } });
  });
});
