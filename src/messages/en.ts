import { action } from './en/action.ts';
import { audit } from './en/audit.ts';
import { check } from './en/check.ts';
import { cli } from './en/cli.ts';
import { config } from './en/config.ts';
import { errors } from './en/errors.ts';
import { found } from './en/found.ts';
import { guard } from './en/guard.ts';
import { home } from './en/home.ts';
import { incident } from './en/incident.ts';
import { intake } from './en/intake.ts';
import { job } from './en/job.ts';
import { list } from './en/list.ts';
import { logs } from './en/logs.ts';
import { matcher } from './en/matcher.ts';
import { ops } from './en/ops.ts';
import { outbox } from './en/outbox.ts';
import { pg } from './en/pg.ts';
import { rbac } from './en/rbac.ts';
import { rights } from './en/rights.ts';
import { route } from './en/route.ts';
import { rules } from './en/rules.ts';
import { sealed } from './en/sealed.ts';
import { shape } from './en/shape.ts';
import { silence } from './en/silence.ts';
import { term } from './en/term.ts';
import { test } from './en/test.ts';
import { timed } from './en/timed.ts';
import { timetable } from './en/timetable.ts';
import { variable } from './en/variable.ts';
import { why } from './en/why.ts';

/** One object per area; each area is a file here and its twin in `ja/`. */
export const en = {
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
