import { intakeWords } from '../alerts/quarantine.ts';
import type { AlertRules } from '../alerts/rules.ts';
import { wordHead } from '../core/audit/publish.ts';
import { showFollow } from '../core/follow/post.ts';
import type { Subjects } from '../core/outbox/subjects.ts';
import { showActionPost, showTermPost, wordAsker, wordBrokenGlass } from '../core/pipeline/index.ts';
import { showShared } from '../core/share/post.ts';
import { showTimetableRun } from '../core/timetable/told.ts';
import { incidentWords } from '../incidents/words.ts';

export type Telling = Parameters<typeof showActionPost>[0];

/** What the outbox can show and say: one line per kind of subject and saying. */
export function subjectsOf(parts: { readonly rules: () => AlertRules; readonly telling: Telling }): Subjects {
  const incident = incidentWords(parts.rules);
  const intake = intakeWords();
  return {
    show: {
      incident: incident.show,
      action: showActionPost(parts.telling),
      term: showTermPost(parts.telling),
      timetable: showTimetableRun(parts.telling),
      follow: showFollow,
      answer: showShared,
      quarantine: intake.show,
    },
    say: {
      ping: incident.ping,
      refired: incident.refired,
      assigned: incident.assigned,
      diagnosed: incident.diagnosed,
      'diagnosed-database': incident.databaseDiagnosed,
      'refused-body': intake.refused,
      'refused-config': intake.configRefused,
      'audit-head': wordHead,
      'break-glass': wordBrokenGlass(parts.telling),
      asker: wordAsker(parts.telling),
    },
    lines: { incident: incident.lines },
  };
}
