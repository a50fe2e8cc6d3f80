import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { slackManifest } from '../adapters/slack/manifest.ts';
import { runCheck } from './cli-check.ts';
import { runMigrate } from './cli-migrate.ts';
import { runRoute } from './cli-route.ts';
import { runServe } from './cli-serve.ts';
import { COMMAND } from './slack-side.ts';
import { VERSION } from './version.ts';

/** The program's words. Everything that goes wrong is one clear sentence on stderr and an exit code of 1 or 2. */
export async function runCli(argv: readonly string[]): Promise<void> {
  const program = new Command('hikeshi')
    .description('Alert-driven ChatOps: Alertmanager alerts become Slack incidents with buttons that act')
    .version(VERSION);
  program
    .command('serve', { isDefault: true })
    .description('run the bot')
    .addOption(new Option('--roles <list>', 'web, worker or both').default('web,worker'))
    .option('--embedded', 'bring its own PostgreSQL when neither DATABASE_URL nor REDIS_URL is set')
    .action(async (options: { roles: string; embedded?: boolean }) => exit(await runServe(options)));
  program
    .command('migrate')
    .description('bring the database schema up to date (DATABASE_MIGRATE_URL)')
    .action(async () => exit(await runMigrate()));
  program
    .command('check')
    .description('look at the config and every connection; each problem with its remedy')
    .option('--embedded', 'as serve would be started')
    .action(async (options: { embedded?: boolean }) => exit(await runCheck(options)));
  program
    .command('route')
    .description('what a webhook body would do: channel, severity, policy, buttons')
    .argument('<file>', 'a webhook body as JSON; - for standard input')
    .option('--json', 'an array of decisions')
    .option('--source <name>', 'as if it came from this source')
    .action(async (file: string, options: { json?: boolean; source?: string }) =>
      exit(await runRoute(file, options, readFileSync)),
    );
  program
    .command('slack-manifest')
    .description('the Slack app manifest to paste')
    .option('--url <url>', 'public base URL; without it, Socket Mode')
    .action((options: { url?: string }) => {
      const manifest = slackManifest({
        command: COMMAND,
        ...(options.url ? { httpUrl: new URL('/slack/events', options.url).href } : { socketMode: true }),
      });
      process.stdout.write(`${JSON.stringify(manifest, null, 2)}\n`);
    });
  await program.parseAsync([...argv]);
}

function exit(code: number): void {
  process.exitCode = code;
}
