import type { en } from './en.ts';
import { action } from './ja/action.ts';
import { audit } from './ja/audit.ts';
import { check } from './ja/check.ts';
import { cli } from './ja/cli.ts';
import { config } from './ja/config.ts';
import { errors } from './ja/errors.ts';
import { found } from './ja/found.ts';
import { guard } from './ja/guard.ts';
import { home } from './ja/home.ts';
import { incident } from './ja/incident.ts';
import { intake } from './ja/intake.ts';
import { job } from './ja/job.ts';
import { list } from './ja/list.ts';
import { logs } from './ja/logs.ts';
import { matcher } from './ja/matcher.ts';
import { ops } from './ja/ops.ts';
import { outbox } from './ja/outbox.ts';
import { pg } from './ja/pg.ts';
import { rbac } from './ja/rbac.ts';
import { rights } from './ja/rights.ts';
import { route } from './ja/route.ts';
import { rules } from './ja/rules.ts';
import { sealed } from './ja/sealed.ts';
import { shape } from './ja/shape.ts';
import { silence } from './ja/silence.ts';
import { term } from './ja/term.ts';
import { test } from './ja/test.ts';
import { timed } from './ja/timed.ts';
import { timetable } from './ja/timetable.ts';
import { variable } from './ja/variable.ts';
import { why } from './ja/why.ts';

/** One object per area; each area is a file here and its twin in `ja/`. */
export const ja: typeof en = {
  action,
  audit,
  check,
  cli,
  config,
  errors,
  found,
  guard,
  home,
  incident,
  intake,
  job,
  list,
  logs,
  matcher,
  ops,
  outbox,
  pg,
  rbac,
  rights,
  route,
  rules,
  sealed,
  shape,
  silence,
  term,
  test,
  timed,
  timetable,
  variable,
  why,
};
