import { UserError } from '../../domain/errors.ts';
import { kindOf, parseTargetPattern, type TargetPattern } from '../../domain/target-pattern.ts';
import type { ReadTimed, TimedPlace, TimedTask } from '../../domain/timed-task.ts';
import { sentences } from '../../messages/catalog.ts';
import { wordUserError } from '../../messages/user-error.ts';
import { findVerb, type Parsed, parseWords, readArgs } from '../ask/parse.ts';
import { tokenize } from '../ask/tokenize.ts';
import type { Action, Command } from '../define.ts';
import { plainText } from '../wording.ts';

/** What is wrong with the words, and what to write. */
class Wrong extends Error {
  override readonly name = 'Wrong';
  readonly remedy: string;

  constructor(problem: string, remedy: string) {
    super(problem);
    this.remedy = remedy;
  }
}

/**
 * One line of the timetable: an action that makes sense unattended, on one whole target. Nobody can be asked which one was meant, so a name
 * stands for a Deployment unless its kind is said.
 */
export function timedReader(commands: ReadonlyMap<string, Command>): ReadTimed {
  return (words, place) => {
    try {
      return { task: read(words, place, commands) };
    } catch (error) {
      if (error instanceof Wrong) return { problem: error.message, remedy: error.remedy };
      if (!(error instanceof UserError)) throw error;
      const problem = plainText(wordUserError(sentences('en'), error)).replace(/\.$/, '');
      return { problem, remedy: "write it as one types it after /ops, such as 'scale shop/checkout 0'" };
    }
  };
}

function read(words: string, place: TimedPlace, commands: ReadonlyMap<string, Command>): TimedTask {
  const all = tokenize(words.replace(/^\s*\/ops\s+/, ''));
  const [verb, ...rest] = all;
  if (!verb) throw new Wrong('says nothing', "write for example 'scale shop/checkout 0'");
  const action = timedAction(findVerb(commands, verb.value), place, commands);
  const parsed = parseWords(action, rest);
  refuseFlags(parsed, place);
  const args = readArgs(action, parsed.given, 'en');
  const { text, namespace, cluster } = action.target(args);
  const pattern = patternOf(action.name, text, namespace);
  return { words: words.trim(), verb: action.name, args, target: targetOf(pattern, cluster ?? parsed.cluster, place) };
}

function timedAction(command: Command, place: TimedPlace, commands: ReadonlyMap<string, Command>): Action {
  const timed = [...commands.values()].flatMap((one) => (one.kind === 'action' && one.timed ? [one.name] : []));
  const remedy = `the timetable takes ${timed.join(', ')}`;
  if (command.kind !== 'action') throw new Wrong(`"${command.name}" only looks, and nobody would see it`, remedy);
  if (!command.timed)
    throw new Wrong(`"${command.name}" is not done unattended: somebody has to look at what it would do`, remedy);
  if (place.disabled.includes(command.name))
    throw new Wrong(`"${command.name}" is switched off under commands.disabled`, 'remove one of the two');
  return command;
}

function refuseFlags({ environment, lasts, auto, lift }: Parsed, place: TimedPlace): void {
  if (environment !== undefined && environment !== place.environment)
    throw new Wrong(
      `-e ${environment} is not the environment of the entry`,
      `leave it out: it is ${place.environment}`,
    );
  if (lasts !== undefined || auto)
    throw new Wrong('--for is for what somebody types', 'give the way back an entry and a time of its own');
  if (lift !== undefined) throw new Wrong('nobody is there who could break the glass', 'leave --break-glass out');
}

function patternOf(verb: string, text: string | undefined, namespace: string | undefined): TargetPattern {
  const example = `write for example '${verb} shop/checkout', or shop/sts/db`;
  if (text === undefined) throw new Wrong('names no target', example);
  const whole = namespace === undefined ? text : `${namespace}/${text}`;
  const [first = '', ...more] = whole.split('/');
  if (more.length === 0 || (more.length === 1 && kindOf(first)))
    throw new Wrong(`"${text}" has no namespace, and nobody is there to say which`, example);
  const pattern = parseTargetPattern(whole);
  if (!pattern) throw new Wrong(`"${whole}" is no target`, example);
  return pattern;
}

function targetOf(
  { environment, cluster: named, namespace, kind, name }: TargetPattern,
  flag: string | undefined,
  place: TimedPlace,
): TimedTask['target'] {
  const { clusters, namespaces } = place;
  if (environment !== undefined && environment !== place.environment)
    throw new Wrong(
      `environment "${environment}" is not that of the entry`,
      `leave it out: it is ${place.environment}`,
    );
  if (namespaces && !namespaces.includes(namespace))
    throw new Wrong(`namespace "${namespace}" is none of ${place.environment}`, `it has ${namespaces.join(', ')}`);
  const cluster = named ?? flag ?? (clusters.length === 1 ? clusters[0] : undefined);
  if (cluster === undefined)
    throw new Wrong(
      'does not say which cluster',
      `add --cluster: ${place.environment} has ${clusters.join(', ') || 'none'}`,
    );
  if (!clusters.includes(cluster))
    throw new Wrong(`environment "${place.environment}" has no cluster "${cluster}"`, `it has ${clusters.join(', ')}`);
  return { environment: place.environment, cluster, namespace, kind, name };
}
