import { z } from 'zod';
import type { Labels } from '../../domain/alert.ts';
import { quotedReceiver } from '../../domain/receiver.ts';
import { storable } from '../../domain/storable.ts';
import type { FoundAlert, FoundGroup } from '../../ports/alert-source.ts';

/**
 * Answers of Alertmanager's API v2 as far as they are needed, 0.25 to the newest. Strict in what they need: from an answer that
 * is understood in part only it would follow that the rest has ended.
 */

export const Alerts = z
  .array(z.looseObject({ fingerprint: z.string().min(1) }))
  .transform((alerts) => alerts.map((alert) => alert.fingerprint));

const Time = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .refine((time) => !Number.isNaN(time.getTime()));

export const Status = z.looseObject({
  /** When the process was started, by its own clock. */
  uptime: Time,
  versionInfo: z.looseObject({ version: z.string() }).optional(),
  cluster: z.looseObject({ peers: z.array(z.looseObject({ address: z.string() })).nullish() }).optional(),
});

export type StatusAnswer = z.output<typeof Status>;

const LabelSet = z.record(z.string(), z.string());

const GroupAlert = z
  .looseObject({
    fingerprint: z.string().min(1),
    labels: LabelSet,
    annotations: LabelSet,
    startsAt: Time,
    generatorURL: z.string().optional(),
    status: z.looseObject({ state: z.string(), mutedBy: z.array(z.string()).nullish() }),
  })
  .transform(
    (alert): FoundAlert => ({
      fingerprint: alert.fingerprint,
      status: 'firing',
      labels: storableLabels(alert.labels),
      annotations: storableLabels(alert.annotations),
      startsAt: alert.startsAt,
      ...(alert.generatorURL && { generatorUrl: storable(alert.generatorURL) }),
      active: alert.status.state === 'active' && !alert.status.mutedBy?.length,
    }),
  );

export const Groups = z.array(
  z
    .looseObject({
      labels: LabelSet,
      receiver: z.looseObject({ name: z.string() }),
      alerts: z.array(GroupAlert),
    })
    .transform(
      ({ labels, receiver, alerts }): FoundGroup => ({
        receiver: quotedReceiver(storable(receiver.name)),
        labels: storableLabels(labels),
        alerts,
      }),
    ),
);

function storableLabels(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [storable(name), storable(value)]));
}
