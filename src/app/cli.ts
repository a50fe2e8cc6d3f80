import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { slackManifest } from '../adapters/slack/manifest.ts';
import { meant } from '../config/problem.ts';
import { EXPORT_FORMATS } from '../core/audit/export.ts';
import { LANGUAGES, sentences } from '../messages/catalog.ts';
import { runExport, runHead, runRetire, runVerify } from './cli-audit.ts';
import { runCheck } from './cli-check.ts';
import { runMigrate } from './cli-migrate.ts';
import { runRbac } from './cli-rbac.ts';
import { runRoute } from './cli-route.ts';
import { runServe } from './cli-serve.ts';
import { runTestAlert } from './cli-test-alert.ts';
import { type Asked, languageAsked } from './load.ts';
import { COMMAND } from './slack-side.ts';
import { wrong } from './stderr.ts';
import { VERSION } from './version.ts';

/** As `wrong` has it; 1 is for what was found. */
const ASKED_WRONGLY = 2;

/** The program's words. Everything that goes wrong is one clear sentence on stderr and an exit code of 1 or 2. */
export async function runCli(argv: readonly string[]): Promise<void> {
  // Whoever reads may have enough, as `head` does: what was asked for is still done.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const program = new Command('hikeshi')
    .description('Alert-driven ChatOps: Alertmanager alerts become Slack incidents with buttons that act')
    .version(VERSION)
    .addOption(new Option('--config <file>', 'the config file; wins over HIKESHI_CONFIG, default ./hikeshi.yaml'))
    .addOption(
      new Option(
        '--lang <language>',
        "in which it speaks here; default: slack.language of the config, else the terminal's",
      ).choices(LANGUAGES),
    )
    .configureHelp({ showGlobalOptions: true })
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : ASKED_WRONGLY));
  program
    .command('serve', { isDefault: true })
    .description('run the bot; what is done when no command is named')
    .addOption(new Option('--roles <list>', 'web, worker or both').default('web,worker'))
    .option('--embedded', 'bring its own PostgreSQL when neither DATABASE_URL nor REDIS_URL is set')
    .action(async (_: object, word: Command) => exit(await runServe(word.optsWithGlobals())));
  program
    .command('migrate')
    .description('bring the database schema up to date (DATABASE_MIGRATE_URL)')
    .action(async (_: object, word: Command) => exit(await runMigrate(word.optsWithGlobals())));
  program
    .command('check')
    .description('walk through the config and every connection; each problem with its remedy')
    .option('--embedded', 'as serve would be started')
    .option('--send-test-alert', 'to the running program at last, and wait for its post; it calls nobody')
    .action(async (_: object, word: Command) => exit(await runCheck(word.optsWithGlobals())));
  program
    .command('test-alert')
    .description('post a test alert to the running program, as Alertmanager would, and wait for its post')
    .argument('[severity]', 'critical, high, medium, low or a word of your config', 'critical')
    .argument('[labels...]', 'name=value, for the route')
    .option('--page', 'call people as a real alert would')
    .option('--lasts <duration>', 'until it resolves by itself, 1m to 1h', '5m')
    .option('--source <name>', 'as if it came from this source')
    .option('--url <url>', 'where the program is; default: this machine, PORT')
    .addOption(embeddedStore())
    .action(async (severity: string, labels: string[], _: object, word: Command) =>
      exit(await runTestAlert(severity, labels, word.optsWithGlobals())),
    );
  program
    .command('route')
    .description('what a webhook body would do: channel, severity, policy, buttons')
    .argument('<file>', 'a webhook body as JSON; - for standard input')
    .option('--json', 'an array of decisions')
    .option('--source <name>', 'as if it came from this source')
    .action(async (file: string, _: object, word: Command) =>
      exit(await runRoute(file, word.optsWithGlobals(), readFileSync)),
    );
  program
    .command('slack-manifest')
    .description('the Slack app manifest to paste')
    .option('--url <url>', 'public base URL; without it, Socket Mode')
    .action((_: object, word: Command) => exit(printManifest(word.optsWithGlobals())));
  program
    .command('rbac')
    .description('the Kubernetes roles and bindings that the enabled commands need, and no more, as manifests')
    .option('--environment <name>', 'only for the clusters of this one')
    .option('--service-account <namespace/name>', 'whom to bind them to; default hikeshi/hikeshi')
    .option('--user <name>', 'a user of the API server instead')
    .option('--group <name>', 'a group instead')
    .action((_: object, word: Command) => exit(runRbac(word.optsWithGlobals())));
  addAudit(program);
  nameHelp(program, 'hikeshi');
  const [word] = program.parseOptions(argv.slice(2)).operands;
  const known = program.commands.map((command) => command.name());
  if (word !== undefined && isUnknown(word, known)) {
    const { cli } = sentences(languageAsked(program.opts()));
    return exit(wrong(cli.noCommand({ word, meant: meant(word, known) })));
  }
  await program.parseAsync([...argv]);
}

function embeddedStore(): Option {
  return new Option('--embedded', 'the database of a running `hikeshi serve --embedded`');
}

function addAudit(program: Command): void {
  const audit = program.command('audit').description('the record of who did what: verify, export, retire');
  audit
    .command('verify')
    .description(
      'walk the sealed chain and name every entry that was changed, removed or put in; exit 1 if there is one',
    )
    .option('--anchor <seal:head...>', 'a head that is known outside, as `audit head` prints it')
    .option('--anchors <file>', 'a file with heads anywhere in it, a log for example; - for standard input')
    .option('--json', 'the findings as JSON')
    .addOption(embeddedStore())
    .action(async (_: object, word: Command) => exit(await runVerify(word.optsWithGlobals())));
  audit
    .command('head')
    .description('print the newest head of the chain; keep it where the database cannot be reached from')
    .addOption(embeddedStore())
    .action(async (_: object, word: Command) => exit(await runHead(word.optsWithGlobals())));
  audit
    .command('export')
    .description('write entries to standard output, oldest first')
    .addOption(new Option('--format <format>', 'JSON lines or CSV').choices(EXPORT_FORMATS).default('jsonl'))
    .option('--since <when>', 'from this time, or this long ago (30d)')
    .option('--until <when>', 'up to this time')
    .addOption(embeddedStore())
    .action(async (_: object, word: Command) => exit(await runExport(word.optsWithGlobals())));
  audit
    .command('retire')
    .description('drop old sealed entries, as the owner of the tables (DATABASE_MIGRATE_URL); the seals stay')
    .requiredOption('--before <when>', 'entries sealed before this time, or this long ago (730d)')
    .option('--yes', 'do it; without, it only says what it would drop')
    .addOption(embeddedStore())
    .action(async (_: object, word: Command) => exit(await runRetire(word.optsWithGlobals())));
}

/** Whoever asked wrongly is shown where its options are. Those of what runs without a word, and all words, are the program's. */
function nameHelp(command: Command, words: string): void {
  const example =
    words === 'hikeshi route'
      ? 'Name a file that holds a webhook body as JSON, or - for standard input: hikeshi route body.json\n'
      : '';
  command.showHelpAfterError(`${example}See ${words} --help.`);
  for (const one of command.commands) nameHelp(one, `${words} ${one.name()}`);
}

/** Without this an unknown word would be taken for an argument of the default command. */
function isUnknown(word: string, known: readonly string[]): boolean {
  return !word.startsWith('-') && word !== 'help' && !known.includes(word);
}

function printManifest({ url, ...asked }: Asked & { readonly url?: string }): number {
  if (url !== undefined && !(URL.canParse(url) && new URL(url).protocol === 'https:'))
    return wrong(sentences(languageAsked(asked)).cli.noHttps({ url }));
  const manifest = slackManifest({
    command: COMMAND,
    ...(url === undefined ? { socketMode: true } : { httpUrl: new URL('/slack/events', url).href }),
  });
  process.stdout.write(`${JSON.stringify(manifest, null, 2)}\n`);
  return 0;
}

function exit(code: number): void {
  process.exitCode = code;
}
