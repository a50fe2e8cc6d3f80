import type { Row } from '../lib/result.ts';
import type { Run } from '../lib/run.ts';
import { startAlertmanager } from '../parts/alertmanager.ts';
import type { FakeSlack } from '../parts/fake-slack.ts';
import { startHikeshi } from '../parts/hikeshi.ts';
import { measureAcks } from './acks.ts';
import { type CommitTime, liftPace } from './commit.ts';
import { measureNotify } from './notify.ts';

/** From webhook to Slack call, and how soon presses of what was posted are acknowledged, in one process. */
export async function measureLatency(run: Run, slack: FakeSlack, commit: CommitTime): Promise<readonly Row[]> {
  const hikeshi = await startHikeshi(run, slack, run.dataDir('latency'));
  await liftPace(await hikeshi.databaseUrl('admin'));
  const alertmanager = await startAlertmanager(run, slack);
  if (!alertmanager) run.say('peer missing: no prometheus-alertmanager or alertmanager on the PATH');
  const notified = await measureNotify({ run, slack, hikeshi, alertmanager, commitMs: commit.spread.p50 });
  await alertmanager?.stop();
  const acked = await measureAcks({ run, slack, hikeshi });
  await hikeshi.stop();
  return [...notified, ...acked];
}
