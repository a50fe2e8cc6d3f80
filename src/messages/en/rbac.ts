import { bold, code, type Text, text } from '../../domain/content.ts';

/** What `/ops can-i` says. */
export const rbac = {
  summary: 'what Hikeshi itself may do in Kubernetes, what its commands lack, and what it has beyond that',
  flags: { namespace: 'in this namespace' },
  found: (p: { environment: string; clusters: number; lacking: number }): Text =>
    p.lacking === 0
      ? text`${bold(p.environment)}: every command has the rights that it needs.`
      : text`${bold(p.environment)}: in ${p.lacking} of ${p.clusters} clusters some commands lack rights, or it could not be found out.`,
  account: (p: { place: string; user?: string; has: number; of: number }): Text =>
    text`${bold(p.place)}${p.user === undefined ? '' : text`, as ${code(p.user)}`}: ${p.has} of ${p.of} rights.`,
  missing: (p: { right: string; commands: readonly string[]; in?: string }): Text =>
    text`lacks ${code(p.right)}${p.in === undefined ? '' : ` in ${p.in}`}, needed by ${p.commands.join(', ')}`,
  more: (p: { more: number }): Text => text`and ${p.more} more`,
  beyond: (p: { rights: readonly string[]; more: number }): Text =>
    text`Has, and no command needs: ${p.rights.join(', ')}${p.more > 0 ? ` and ${p.more} more` : ''}.`,
  unanswered: (p: { place: string; problem: string }): Text => text`${bold(p.place)} was not asked: ${p.problem}`,
  mend: (): Text => text`This would mend it. Somebody applies it by hand: Hikeshi grants nothing.`,
  heading: (p: { place: string }): string => `For ${p.place}`,
};
