import { UserError } from '../../domain/errors.ts';
import { kindOf, parseTargetPattern, type TargetPattern } from '../../domain/target-pattern.ts';
import type { ReadTimed, TimedPlace, TimedTask } from '../../domain/timed-task.ts';
import type { SayWrong } from '../../messages/catalog.ts';
import { wordUserError } from '../../messages/user-error.ts';
import { findVerb, type Parsed, parseWords, readArgs } from '../ask/parse.ts';
import { tokenize } from '../ask/tokenize.ts';
import type { Action, Command } from '../define.ts';
import { plainText } from '../wording.ts';

/** What is wrong with the words, and what to write. */
class Unfit extends Error {
  override readonly name = 'Unfit';
  readonly say: SayWrong;

  constructor(say: SayWrong) {
    super('a line of the timetable does not fit');
    this.say = say;
  }
}

/**
 * One line of the timetable: an action that makes sense unattended, on one whole target. Nobody can be asked which one was meant, so a name
 * stands for a Deployment unless its kind is said.
 */
export function timedReader(commands: ReadonlyMap<string, Command>): ReadTimed<SayWrong> {
  return (words, place) => {
    try {
      return { task: read(words, place, commands) };
    } catch (error) {
      if (error instanceof Unfit) return { wrong: error.say };
      if (!(error instanceof UserError)) throw error;
      return {
        wrong: (m) => {
          const detail = plainText(wordUserError(m, error)).replace(/[.。]$/, '');
          return { detail, remedy: m.timed.asTyped };
        },
      };
    }
  };
}

function read(words: string, place: TimedPlace, commands: ReadonlyMap<string, Command>): TimedTask {
  const all = tokenize(words.replace(/^\s*\/ops\s+/, ''));
  const [verb, ...rest] = all;
  if (!verb) throw new Unfit((m) => m.timed.nothing);
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
  const { name } = command;
  if (command.kind !== 'action') throw new Unfit((m) => m.timed.looks({ name, timed }));
  if (!command.timed) throw new Unfit((m) => m.timed.attended({ name, timed }));
  if (place.disabled.includes(name)) throw new Unfit((m) => m.config.runbook.off({ action: name }));
  return command;
}

function refuseFlags({ environment, lasts, auto, lift }: Parsed, place: TimedPlace): void {
  if (environment !== undefined && environment !== place.environment)
    throw new Unfit((m) => m.timed.otherFlag({ given: environment, is: place.environment }));
  if (lasts !== undefined || auto) throw new Unfit((m) => m.timed.lasts);
  if (lift !== undefined) throw new Unfit((m) => m.timed.breakGlass);
}

function patternOf(verb: string, text: string | undefined, namespace: string | undefined): TargetPattern {
  if (text === undefined) throw new Unfit((m) => m.timed.noTarget({ verb }));
  const whole = namespace === undefined ? text : `${namespace}/${text}`;
  const [first = '', ...more] = whole.split('/');
  if (more.length === 0 || (more.length === 1 && kindOf(first)))
    throw new Unfit((m) => m.timed.noNamespace({ verb, text }));
  const pattern = parseTargetPattern(whole);
  if (!pattern) throw new Unfit((m) => m.timed.badTarget({ verb, text: whole }));
  return pattern;
}

function targetOf(
  { environment, cluster: named, namespace, kind, name }: TargetPattern,
  flag: string | undefined,
  place: TimedPlace,
): TimedTask['target'] {
  const { clusters, namespaces } = place;
  if (environment !== undefined && environment !== place.environment)
    throw new Unfit((m) => m.timed.otherEnvironment({ given: environment, is: place.environment }));
  if (namespaces && !namespaces.includes(namespace))
    throw new Unfit((m) => m.timed.otherNamespace({ namespace, environment: place.environment, namespaces }));
  const cluster = named ?? flag ?? (clusters.length === 1 ? clusters[0] : undefined);
  if (cluster === undefined) throw new Unfit((m) => m.timed.whichCluster({ environment: place.environment, clusters }));
  if (!clusters.includes(cluster))
    throw new Unfit((m) => m.timed.otherCluster({ environment: place.environment, cluster, clusters }));
  return { environment: place.environment, cluster, namespace, kind, name };
}
