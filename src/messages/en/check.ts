/** What `hikeshi check` says around its findings: the steps of a set-up, and how it ends. Plain text, for a terminal. */
export const check = {
  steps: {
    config: 'The config',
    here: 'This machine',
    store: 'The store: PostgreSQL, and Redis if there is one',
    slack: 'Slack: the app, its scopes, channels and people',
    alerts: 'Alertmanager, and the watchdog if there is one',
    clusters: 'Kubernetes: clusters, and what Hikeshi may do there',
    databases: 'Databases to look at, and the grants there',
    test: 'A test alert',
  },
  marks: { ok: 'ok', warning: 'warning', wrong: 'WRONG', waits: 'waits' },
  remedy: 'remedy',
  nothing: 'nothing of it in the config',
  found: (p: { wrong: number; warnings: number }): string =>
    `${p.wrong === 0 ? 'Nothing is wrong' : `${p.wrong} ${p.wrong === 1 ? 'problem' : 'problems'}`}${p.warnings === 0 ? '' : `, ${p.warnings} ${p.warnings === 1 ? 'warning' : 'warnings'}`}.`,
  next: 'Next: start it, then hikeshi check --send-test-alert tries the whole way to Slack.',
};
