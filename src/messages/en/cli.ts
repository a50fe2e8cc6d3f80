/** What the program says when one of its words was asked wrongly. Plain text, for a terminal. */
import type { Meant } from '../wrong.ts';
import { config } from './config.ts';

export const cli = {
  standardInput: 'standard input',
  noSource: (p: { name: string; meant: Meant }): string =>
    `--source: there is no source "${p.name}"; ${config.meant(p.meant, '')}`,
  unreadBody: (p: { file: string }): string =>
    `${p.file}: cannot be read; give a file that holds a webhook body, or - for standard input`,
  refusedBody: (p: { file: string; reason: string }): string =>
    `${p.file}: would be refused with 400 (${p.reason}); a body is a JSON object with an alerts array`,
  noAlerts: 'nothing would happen: no alerts in the body',
  noHttp: (p: { url: string }): string => `--url: "${p.url}" is no http address; write for example http://hikeshi:3000`,
  lasts: (p: { least: string; most: string }): string => `--lasts: write ${p.least} to ${p.most}`,
  labels: 'labels are written name=value, for example namespace=shop',
  noSeverity: (p: { severity: string }): string =>
    `"${p.severity}" is no severity; write critical, high, medium or low`,
  noEnvironment: (p: { name: string; file: string }): string =>
    p.name === '' ? `there is no environment in ${p.file}` : `there is no environment ${p.name} in ${p.file}`,
  oneSubject: 'give one of --service-account, --user and --group',
  serviceAccount: '--service-account: write NAMESPACE/NAME',
  noRole: (p: { role: string }): string => `--roles: "${p.role}" is not a role; use web, worker or web,worker`,
  noHttps: (p: { url: string }): string =>
    `--url: "${p.url}" is no https address; write for example https://hikeshi.example.com`,
  noCommand: (p: { word: string; meant: Meant }): string =>
    `"${p.word}" is no command of hikeshi; ${config.meant(p.meant, '')}`,
  migrate: {
    noUrl: 'DATABASE_MIGRATE_URL: is not set; give the owner of the tables, on a direct connection',
    applied: (p: { migrations: readonly string[] }): string => `applied ${p.migrations.join(', ')}`,
    nothing: 'nothing to do: the schema is up to date',
  },
  start: {
    taken: (p: { port: number }): string => `port ${p.port} is taken; set PORT to another one`,
    forbidden: (p: { port: number }): string => `no right to listen on port ${p.port}; set PORT to one above 1023`,
    not: (p: { why: string }): string => `hikeshi could not start: ${p.why}`,
  },
};
