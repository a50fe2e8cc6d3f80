import { describe, expect, it } from 'vitest';
import { loadModules } from '../../src/app/modules.ts';
import { formatProblems } from '../../src/config/problem.ts';
import { timedReader } from '../../src/core/timetable/words.ts';
import { load, loaded, problems } from './support.ts';

const given = { timed: timedReader(loadModules().commands) };
const TEAM = `slack: { channel: alerts, zone: Asia/Tokyo }
environments: { production: { clusters: [main, dr], actionsIn: ['#Ops'] }, staging: { clusters: [main], namespaces: [shop] } }
`;
const entry = (text: string): string => `${TEAM}timetable:\n  night: ${text}\n`;
const doing = (words: string, environment = 'staging'): string =>
  entry(`{ at: '0 20 * * *', environment: ${environment}, do: ["${words}"], reason: r }`);

const TARGET = { environment: 'staging', cluster: 'main', namespace: 'shop', kind: 'Deployment', name: 'checkout' };
const task = (words: string, environment?: string) =>
  loaded(doing(words, environment), given).timetable['night']!.tasks[0];

describe('the timetable', () => {
  it('is empty unless there is one', () => expect(loaded(TEAM).timetable).toEqual({}));

  it('says when, where, what, why, and where it is told', () => {
    const config = loaded(
      entry(
        "{ at: '0 20 * * 1-5', zone: Europe/Paris, environment: production, do: 'scale shop/checkout 0 --cluster dr', reason: ' it sleeps ' }",
      ),
      given,
    );
    expect(config.timetable).toEqual({
      night: {
        name: 'night',
        at: '0 20 * * 1-5',
        zone: 'Europe/Paris',
        environment: 'production',
        tasks: [
          {
            words: 'scale shop/checkout 0 --cluster dr',
            verb: 'scale',
            target: { ...TARGET, environment: 'production', cluster: 'dr' },
            args: { target: 'shop/checkout', to: 0 },
          },
        ],
        reason: 'it sleeps',
        channel: 'ops',
      },
    });
    expect(loaded(doing('restart shop/checkout'), given).timetable['night']).toMatchObject({
      zone: 'Asia/Tokyo',
      channel: 'alerts',
    });
  });

  it.each([
    ['scale shop/checkout 0', TARGET],
    ['/ops scale shop/checkout back', TARGET],
    ['restart deploy/checkout -n shop', TARGET],
    ['restart shop/sts/db', { ...TARGET, kind: 'StatefulSet', name: 'db' }],
    ['scale staging/main/shop/deployment/checkout --replicas 3 -e staging', TARGET],
  ])('reads %s', (words, target) => expect(task(words)).toMatchObject({ words, target }));

  it.each([
    ['', 'says nothing; write for example'],
    ['scal shop/checkout 0', 'I do not know scal. Did you mean scale?'],
    ['scale shop/checkout', 'To how many?'],
    ['scale shop/checkout many', 'many is no number of pods'],
    ['scale shop/checkout 0 --now', 'There is no flag --now here'],
    ['pods shop/checkout', '"pods" only looks, and nobody would see it; the timetable takes restart, scale'],
    [
      'rollback shop/checkout',
      '"rollback" is not done unattended: somebody has to look at what it would do; the timetable takes restart, scale',
    ],
    ['restart', "names no target; write for example 'restart shop/checkout', or shop/sts/db"],
    ['restart checkout', '"checkout" has no namespace, and nobody is there to say which'],
    ['restart deploy/checkout', '"deploy/checkout" has no namespace'],
    ['restart shop/UP', '"shop/UP" is no target'],
    ['restart data/db', 'namespace "data" is none of staging; it has shop'],
    ['restart production/shop/deployment/checkout', 'environment "main" is not that of the entry'],
    [
      'restart shop/checkout -e production',
      '-e production is not the environment of the entry; leave it out: it is staging',
    ],
    ['restart shop/checkout --cluster dr', 'environment "staging" has no cluster "dr"; it has main'],
    [
      'scale shop/checkout 0 --for 2h',
      '--for is for what somebody types; give the way back an entry and a time of its own',
    ],
    ['scale shop/checkout 0 --break-glass freeze', 'nobody is there who could break the glass'],
  ])('refuses %j with its place and the remedy', (words, said) => {
    const [problem, ...more] = problems(doing(words), given);
    const about = said.replace('"main"', '"production"');
    expect(problem).toMatch(/^hikeshi\.yaml:4:\d+ timetable\.night\.do\[0\]: /);
    expect(problem).toContain(about);
    expect(more).toEqual([]);
  });

  it('asks which cluster, where there are two', () =>
    expect(problems(doing('restart shop/checkout', 'production'), given)).toEqual([
      expect.stringContaining('does not say which cluster; add --cluster: production has main, dr'),
    ]));

  it('tells all that is wrong at once', () => {
    const text = `${TEAM}timetable:
  a: { at: 'at night', zone: Mars/Base, environment: stagin, do: [restart shop/checkout], reason: r }
  b: { at: '0 0 30 2 *', do: [restart shop/checkout], reason: r }
  c: { at: '* * * * *', environment: staging, do: [restart shop/checkout, scale shop/checkout 1], reason: r }
  d: { at: '0 0 * * *', environment: staging, do: [], reason: '' }
`;
    expect(problems(text, given).map((one) => one.replace(/^hikeshi\.yaml:/, ''))).toEqual([
      expect.stringMatching(/^4:12 timetable\.a\.at: is no time that a clock shows; write minute, hour/),
      expect.stringMatching(/^4:30 timetable\.a\.zone: there is no time zone "Mars\/Base"/),
      expect.stringMatching(
        /^4:54 timetable\.a\.environment: there is no environment "stagin"; did you mean "staging"\?/,
      ),
      expect.stringMatching(/^5:6 timetable\.b: says no environment; name one of production, staging/),
      expect.stringMatching(/^5:12 timetable\.b\.at: never comes/),
      expect.stringMatching(/^6:12 timetable\.c\.at: comes more often than each 5 minutes/),
      expect.stringMatching(
        /timetable\.c\.do\[1\]: there is something else to be done with staging\/main\/shop\/deployment\/checkout/,
      ),
      expect.stringMatching(/timetable\.d\.do/),
      expect.stringMatching(/timetable\.d\.reason/),
    ]);
  });

  it('warns of what guardrails would refuse each time', () => {
    const text = `slack: { channel: alerts }
environments: { staging: { clusters: [main], guardrails: { incidentRequired: true } } }
guardrails: { exceptions: ['restart default/deployment/known'] }
timetable:
  night: { at: '0 20 * * *', do: [restart default/web, restart default/known], reason: r }
`;
    const result = load(text, given);
    const warned = result.config ? formatProblems(result.warnings, 'en') : [];
    expect(warned.filter((one) => one.includes('timetable'))).toEqual([
      expect.stringContaining(
        'timetable.night: environment "staging" takes actions for open incidents only: none of this is ever done',
      ),
      expect.stringContaining(
        'timetable.night.do[0]: namespace "default" is protected: this is never done; add it to guardrails.exceptions',
      ),
    ]);
  });

  it('warns of numbers that are out of bounds, and of more at once than may happen', () => {
    const text = `${TEAM}guardrails: { replicas: { min: 1, max: 9 }, blastRadius: { actions: 2, within: 10m } }
timetable:
  night: { at: '0 20 * * *', environment: staging, do: [scale shop/a 0, scale shop/b 1, scale shop/c back], reason: r }
  noon: { at: '0 12 * * *', environment: staging, do: [scale shop/a 10, restart shop/b], reason: r }
`;
    const result = load(text, given);
    const warned = result.config ? formatProblems(result.warnings, 'en') : [];
    expect(warned.filter((one) => one.includes('timetable'))).toEqual([
      expect.stringMatching(
        /timetable\.night\.do: guardrails\.blastRadius lets 2 actions happen within 10m, and these are 3/,
      ),
      expect.stringMatching(
        /timetable\.night\.do\[0\]: guardrails\.replicas lets nothing have fewer than 1 or more than 9: this is never done/,
      ),
      expect.stringMatching(/timetable\.noon\.do\[0\]: guardrails\.replicas/),
    ]);
  });

  it('takes no action that is switched off', () =>
    expect(problems(`${doing('restart shop/checkout')}commands: { disabled: [restart] }\n`, given)).toEqual([
      expect.stringContaining('"restart" is switched off under commands.disabled'),
    ]));
});
