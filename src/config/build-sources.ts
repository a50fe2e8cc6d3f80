import type { SayWrong } from '../messages/catalog.ts';
import { type BuildContext, namedMap, reference } from './build-context.ts';
import type { SourceConfig } from './config.ts';
import type { Path } from './problem.ts';
import { isLoopback } from './runtime-env.ts';
import type { ConfigInput, SourceInput } from './schema.ts';
import type { Secret } from './secret.ts';

/** The variable of the only source's token unless config names another. */
const DEFAULT_TOKEN = 'ALERTMANAGER_WEBHOOK_TOKEN';
/** Characters that a secret has at least which nobody guesses. */
const GUESSABLE = 16;
const guessed: SayWrong = (m) => m.config.source.guessed({ least: GUESSABLE });
const DEFAULT_SOURCE = 'default';

/** The file's sources, or one called `default` when it names none. */
export function buildSources(ctx: BuildContext, input: ConfigInput): Record<string, SourceConfig> {
  const names = Object.keys(input.sources);
  if (names.length > 1 && !names.includes(DEFAULT_SOURCE)) {
    ctx.warning(['sources'], (m) => m.config.source.noDefault({ names }));
  }
  const given: ConfigInput['sources'] =
    names.length > 0 ? input.sources : { [DEFAULT_SOURCE]: { api: [], receivers: [] } };
  const only = names.length <= 1;
  return namedMap(given, (source, name) => {
    const environment =
      reference(ctx, 'environments', source.environment, ['sources', name, 'environment']) ?? onlyEnvironment(input);
    return {
      name,
      ...credentials(ctx, source, name, { only, inFile: names.length > 0 }),
      api: source.api.map((url) => url.replace(/\/+$/, '')),
      ...apiAuth(ctx, source, ['sources', name]),
      receivers: source.receivers,
      ...(environment !== undefined && { environment }),
    };
  });
}

/** With a single environment that has no matchers there is nothing to choose from. */
function onlyEnvironment(input: ConfigInput): string | undefined {
  const [only, second] = Object.entries(input.environments);
  return only && !second && only[1].matchers.length === 0 ? only[0] : undefined;
}

function credentials(
  ctx: BuildContext,
  source: SourceInput,
  name: string,
  { only, inFile }: { readonly only: boolean; readonly inFile: boolean },
): Pick<SourceConfig, 'auth' | 'tokens' | 'tokenVariable' | 'basic'> {
  const path: Path = ['sources', name];
  const named = source.token !== undefined || source.basic !== undefined;
  if (source.auth === 'none') {
    openSource(ctx, [...path, 'auth'], named);
    return { auth: 'none', tokens: [] };
  }
  const byDefault = only && !named;
  const token = byDefault ? ctx.env.secret(DEFAULT_TOKEN) : variable(ctx, source.token, [...path, 'token']);
  const previous = variable(ctx, source.previousToken, [...path, 'previousToken']);
  const basic = source.basic && basicAuth(ctx, source.basic, [...path, 'basic']);
  if (ctx.needs.includes('sources') && !named && !token) missing(ctx, path, { only, inFile });
  for (const [at, secret] of [
    ['token', token],
    ['basic', basic?.passwords[0]],
  ] as const) {
    if (!secret || secret.reveal().length >= GUESSABLE) continue;
    // What the file does not say stands in the environment alone.
    if (byDefault) ctx.env.warning(DEFAULT_TOKEN, guessed);
    else ctx.warning([...path, at], guessed);
  }
  const tokenVariable = byDefault ? DEFAULT_TOKEN : source.token;
  return {
    auth: 'required',
    tokens: [token, previous].filter((t) => t !== undefined),
    ...(tokenVariable !== undefined && { tokenVariable }),
    ...(basic && { basic }),
  };
}

function apiAuth(ctx: BuildContext, source: SourceInput, path: Path): Pick<SourceConfig, 'apiAuth'> {
  const { apiToken, apiBasic } = source;
  if (apiToken !== undefined && apiBasic) ctx.problem([...path, 'apiToken'], (m) => m.config.source.twoApiCredentials);
  if ((apiToken !== undefined || apiBasic) && source.api.length === 0) ctx.problem(path, (m) => m.config.source.noApi);
  if (apiBasic) {
    const password = variable(ctx, apiBasic.password, [...path, 'apiBasic', 'password']);
    return password ? { apiAuth: { username: apiBasic.username, password } } : {};
  }
  const token = variable(ctx, apiToken, [...path, 'apiToken']);
  return token ? { apiAuth: { token } } : {};
}

function openSource(ctx: BuildContext, path: Path, named: boolean): void {
  if (named) ctx.problem(path, (m) => m.config.source.noneAndSome);
  if (ctx.needs.includes('sources') && !isLoopback(ctx.host)) ctx.problem(path, (m) => m.config.source.open);
}

function missing(
  ctx: BuildContext,
  path: Path,
  { only, inFile }: { readonly only: boolean; readonly inFile: boolean },
): void {
  if (!inFile) ctx.env.problem(DEFAULT_TOKEN, (m) => m.variable.webhookToken);
  else if (only) ctx.problem(path, (m) => m.config.source.onlyWithout({ variable: DEFAULT_TOKEN }));
  else ctx.problem(path, (m) => m.config.source.without);
}

function basicAuth(
  ctx: BuildContext,
  basic: NonNullable<SourceInput['basic']>,
  path: Path,
): NonNullable<SourceConfig['basic']> {
  const passwords = [
    variable(ctx, basic.password, [...path, 'password']),
    variable(ctx, basic.previousPassword, [...path, 'previousPassword']),
  ];
  return { username: basic.username, passwords: passwords.filter((p) => p !== undefined) };
}

function variable(ctx: BuildContext, name: string | undefined, path: Path): Secret | undefined {
  if (name === undefined) return undefined;
  const value = ctx.env.secret(name);
  if (!value && ctx.needs.includes('sources')) ctx.problem(path, (m) => m.config.unset({ variable: name }));
  return value;
}
