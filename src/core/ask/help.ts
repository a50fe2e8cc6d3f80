import { type Block, code, joinText, type Text, text } from '../../domain/content.ts';
import type { Catalog } from '../../messages/catalog.ts';
import type { Answered, Command, Flag } from '../define.ts';
import { mayRun } from '../rights/may.ts';
import type { Rights } from '../rights/types.ts';
import { ACTION_FLAGS, EVERYWHERE, QUERY_FLAGS } from './flags.ts';
import { japaneseFor } from './japanese.ts';
import { usageOf } from './parse.ts';

/** `/ops help`: every command with one line each; what one may not do says what it takes. */
export function helpOf(m: Catalog, commands: ReadonlyMap<string, Command>, rights: Rights): Answered {
  const all = [...commands.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const section = (title: string, kind: Command['kind']): Block[] => {
    const lines = all.filter((c) => c.kind === kind).map((c) => lineOf(m, c, rights));
    return lines.length === 0
      ? []
      : [
          { kind: 'text', text: [{ bold: title }] },
          { kind: 'list', items: lines },
        ];
  };
  return {
    text: m.ops.help.title(),
    blocks: [
      { kind: 'text', text: m.ops.help.title() },
      ...section(m.ops.help.queries, 'query'),
      ...section(m.ops.help.actions, 'action'),
      { kind: 'context', lines: [m.ops.help.more()] },
    ],
  };
}

function lineOf(m: Catalog, command: Command, rights: Rights): Text {
  const needs = mayRun(rights, command) ? '' : m.ops.help.needs({ role: command.role });
  return text`${code(`/ops ${command.name}`)} ${command.summary(m)}${needs}`;
}

/** `/ops help pods` and `/ops pods --help`. */
export function helpOfCommand(m: Catalog, command: Command, rights: Rights): Answered {
  const summary = text`${code(`/ops ${command.name}`)} ${command.summary(m)}`;
  const flags = [
    ...command.flags.map((f) => flagLine(m, f)),
    ...everywhere(m),
    ...(command.kind === 'query' ? [flagLine(m, { ...QUERY_FLAGS[0], describe: () => m.ops.help.file })] : []),
    ...actionFlags(m, command).map((f) => flagLine(m, f)),
  ];
  const examples = command.examples.map((example): Text => [code(`/ops ${example}`)]);
  const aliases = [...(command.aliases ?? []), ...japaneseFor(command.name)].map((alias): Text => [code(alias)]);
  const blocks: Block[] = [
    { kind: 'text', text: summary },
    { kind: 'text', text: [code(usageOf(command))] },
    { kind: 'list', items: flags },
    { kind: 'text', text: text`${m.ops.help.examples}: ${joinText(examples, ', ')}` },
    ...(aliases.length > 0
      ? [{ kind: 'text' as const, text: text`${m.ops.help.aliases}: ${joinText(aliases, ', ')}` }]
      : []),
  ];
  if (!mayRun(rights, command)) {
    blocks.push({ kind: 'context', lines: [[m.ops.help.needs({ role: command.role }).trim()]] });
  }
  return { text: summary, blocks };
}

function everywhere(m: Catalog): readonly Text[] {
  const [environment, cluster] = EVERYWHERE;
  return [
    flagLine(m, { ...environment, describe: () => m.ops.help.environment }),
    flagLine(m, { ...cluster, describe: () => m.ops.help.cluster }),
  ];
}

/** Those that every action has; what cannot be taken back is not done for a while. */
export function actionFlags(m: Catalog, command: Command): readonly Flag[] {
  if (command.kind !== 'action') return [];
  const [breakGlass, lasts, auto] = ACTION_FLAGS;
  const forAWhile = [
    { ...lasts, describe: () => m.term.flag },
    { ...auto, describe: () => m.term.autoFlag },
  ];
  return [{ ...breakGlass, describe: () => m.guard.flag }, ...(command.undo ? forAWhile : [])];
}

function flagLine(m: Catalog, flag: Flag): Text {
  return text`${code(flagName(flag))} ${flag.describe(m)}`;
}

/** `-n, --namespace NS` */
export function flagName(flag: Flag): string {
  return `${flag.short ? `-${flag.short}, ` : ''}--${flag.long}${flag.value ? ` ${flag.value}` : ''}`;
}
