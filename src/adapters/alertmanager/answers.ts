import { z } from 'zod';
import type { Fingerprint, Labels } from '../../domain/alert.ts';
import { quotedReceiver } from '../../domain/receiver.ts';
import { storable } from '../../domain/storable.ts';
import type { FoundAlert, FoundGroup } from '../../ports/alert-source.ts';
import type { MatchedAlert, Silence } from '../../ports/silencer.ts';

/**
 * Answers of Alertmanager's API v2 as far as they are needed, 0.25 to the newest. Strict in what they need: from an answer that
 * is understood in part only it would follow that the rest has ended.
 */

export const Alerts = z.array(
  z
    .looseObject({
      fingerprint: z.string().min(1),
      status: z.looseObject({ silencedBy: z.array(z.string()).nullish() }).optional(),
    })
    .transform(({ fingerprint, status }): ListedAlert => ({ fingerprint, silencedBy: status?.silencedBy ?? [] })),
);

export interface ListedAlert {
  readonly fingerprint: Fingerprint;
  /** Ids of silences. */
  readonly silencedBy: readonly string[];
}

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

export const Matched = z.array(
  z
    .looseObject({
      fingerprint: z.string().min(1),
      labels: LabelSet,
      status: z.looseObject({ silencedBy: z.array(z.string()).nullish() }),
    })
    .transform(
      ({ fingerprint, labels, status }): MatchedAlert => ({
        fingerprint,
        labels: storableLabels(labels),
        silenced: (status.silencedBy ?? []).length > 0,
      }),
    ),
);

const Matcher = z
  .looseObject({ name: z.string(), value: z.string(), isRegex: z.boolean(), isEqual: z.boolean().default(true) })
  .transform(({ name, value, isRegex, isEqual }) => ({
    name: storable(name),
    value: storable(value),
    isRegex,
    isEqual,
  }));

const OneSilence = z.looseObject({
  id: z.string().min(1),
  status: z.looseObject({ state: z.enum(['active', 'pending', 'expired']) }),
  matchers: z.array(Matcher).default([]),
  startsAt: Time,
  endsAt: Time,
  createdBy: z.string().default(''),
  comment: z.string().default(''),
});

/** Without those that have ended, which it keeps for days. */
export const Silences = z.array(OneSilence).transform((all) =>
  all.flatMap((silence): Silence[] => {
    const { state } = silence.status;
    return state === 'expired' ? [] : [{ ...toSilence(silence), state }];
  }),
);

/** One, ended ones too. */
export const GettableSilence = OneSilence.transform((silence) => ({
  ...toSilence(silence),
  ended: silence.status.state === 'expired',
}));

type SilenceFields = Pick<
  z.output<typeof OneSilence>,
  'id' | 'matchers' | 'startsAt' | 'endsAt' | 'createdBy' | 'comment'
>;

function toSilence(silence: SilenceFields): Omit<Silence, 'state'> {
  const { id, matchers, startsAt, endsAt, createdBy, comment } = silence;
  return { id, matchers, startsAt, endsAt, createdBy: storable(createdBy), comment: storable(comment) };
}

export const Posted = z.looseObject({ silenceID: z.string().min(1) });
