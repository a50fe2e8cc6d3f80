import fc from 'fast-check';
import { CHANNELS, FOREIGN_TEAM_ID, PEOPLE, TEAM_ID } from '../../../sandbox/slack/index.ts';
import { loadModules } from '../../../src/app/modules.ts';
import { type Aims, FORGED, type HttpInput, type Signing } from './input.ts';
import { ATTACKS, attack, mangled, objectOf, strange } from './text.ts';
import { headerValue } from './webhook.ts';

/** Everybody but hana, who does nothing all the time and must hear of nothing. */
const { hana: _silent, ...ACTING } = PEOPLE;
const someone = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom(...Object.values(ACTING)) },
  { weight: 1, arbitrary: attack },
  { weight: 1, arbitrary: fc.constantFrom('U0NOBODY01', 'W1', 'USLACKBOT', '') },
);
const team = fc.oneof(
  { weight: 10, arbitrary: fc.constant(TEAM_ID) },
  { weight: 1, arbitrary: fc.constantFrom(FOREIGN_TEAM_ID, '', 'T1') },
  { weight: 1, arbitrary: attack },
);
const channel = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom(...Object.values(CHANNELS)) },
  { weight: 1, arbitrary: attack },
);
const ts = fc.oneof(fc.constantFrom('1700000000.000100', '0', '-1', 'NaN'), attack);
/** Mostly its own; sometimes one that was used already. */
const trigger = fc.oneof(
  { weight: 20, arbitrary: fc.uuid() },
  { weight: 1, arbitrary: fc.constantFrom('1.2.abc', '', '__proto__') },
  { weight: 1, arbitrary: attack },
);
const responseUrl = fc.oneof(
  { weight: 10, arbitrary: fc.constant('RESPONSE_URL') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'http://169.254.169.254/latest/meta-data/',
      'file:///etc/passwd',
      'https://hooks.slack.com.evil.test/x',
      'http://127.0.0.1:1/',
      '',
    ),
  },
  { weight: 1, arbitrary: attack },
);

type Way = HttpInput['way'];

/** As Slack sends it, signed rightly nine times of ten. */
function delivered(way: Way, type: string, body: fc.Arbitrary<string>): fc.Arbitrary<HttpInput> {
  const signing = fc.oneof(
    { weight: 12, arbitrary: fc.constant<Signing>('right') },
    { weight: 1, arbitrary: fc.constantFrom(...FORGED) },
  );
  const contentType = fc.oneof(
    { weight: 30, arbitrary: fc.constant(type) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'application/json',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'text/plain',
        '',
      ),
    },
    { weight: 1, arbitrary: headerValue },
  );
  const retry = fc.oneof(
    { weight: 20, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom('1', '-1', 'NaN', '999999999999') },
  );
  const missing = fc.oneof(
    { weight: 40, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 20 }) },
  );
  return fc.record({ signing, contentType, retry, missing, body }).map((r) => ({
    way,
    path: '/slack/events',
    headers: {
      'content-type': r.contentType,
      ...(r.retry && { 'x-slack-retry-num': r.retry, 'x-slack-retry-reason': 'http_error' }),
    },
    body: r.body,
    signing: r.signing,
    ...(r.missing > 0 && { missing: r.missing }),
  }));
}

const FORM = 'application/x-www-form-urlencoded';
const asForm = (fields: object): string =>
  Object.entries(fields)
    .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])
    .filter((pair): pair is [string, string] => pair[1] !== undefined)
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .join('&');

/** Half characters cannot be percent-encoded: they are sent as the bytes that UTF-8 forbids. */
function encoded(text: string): string {
  const whole = text.replace(HALF, '');
  return `${whole === text ? '' : '%ED%A0%80'}${encodeURIComponent(whole)}`;
}
const HALF = /[\ud800-\udfff]/gu;

const VERBS = [...loadModules().commands.keys(), 'help'];
const typed = fc.oneof(
  { weight: 3, arbitrary: attack },
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom(...VERBS), attack).map((words) => words.join(' ')) },
  { weight: 3, arbitrary: fc.tuple(fc.constantFrom(...VERBS), attack, attack).map((words) => words.join(' ')) },
  { weight: 3, arbitrary: fc.constantFrom(...ATTACKS['words']!) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...VERBS), attack)
      .map(([verb, text]) => `${verb} shop/checkout -e production --reason "${text}"`),
  },
);

/** Slash commands, mentions and direct messages. */
export function words(): fc.Arbitrary<HttpInput> {
  const command = fc
    .record({
      command: fc.constant('/ops'),
      text: typed,
      user_id: someone,
      team_id: team,
      channel_id: channel,
      trigger_id: trigger,
      response_url: responseUrl,
    })
    .chain((base) =>
      fc.oneof({ weight: 6, arbitrary: fc.constant<object>(base) }, { weight: 1, arbitrary: mangled(base) }),
    );
  const event = fc
    .record({
      type: fc.constantFrom(
        'app_home_opened',
        'app_mention',
        'message',
        'team_join',
        'user_change',
        'channel_rename',
        'member_joined_channel',
      ),
      user: someone,
      text: fc.tuple(fc.constantFrom('<@U0HIKESHI1> ', ''), typed).map((parts) => parts.join('')),
      channel,
      ts,
      channel_type: fc.constantFrom('im', 'channel'),
      thread_ts: ts,
    })
    .chain((base) =>
      fc.oneof({ weight: 6, arbitrary: fc.constant<object>(base) }, { weight: 1, arbitrary: mangled(base) }),
    );
  const envelope = fc.record({ event, event_id: trigger, team_id: team }).map(({ event: inner, ...rest }) =>
    JSON.stringify({
      type: 'event_callback',
      api_app_id: 'A0HIKESHI1',
      authorizations: [{ user_id: 'U0HIKESHI1', team_id: TEAM_ID }],
      event: inner,
      ...rest,
    }),
  );
  return fc.oneof(
    { weight: 8, arbitrary: delivered('words', FORM, command.map(asForm)) },
    { weight: 3, arbitrary: delivered('words', 'application/json', envelope) },
    { weight: 1, arbitrary: delivered('words', FORM, attack) },
    {
      weight: 1,
      arbitrary: delivered(
        'words',
        'application/json',
        fc.oneof(
          attack,
          strange.map((value) => JSON.stringify(value) ?? ''),
        ),
      ),
    },
  );
}

const version = fc.oneof(
  { weight: 6, arbitrary: fc.constant<unknown>(1) },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(0, 2, 99, -1, 1.5, '1', null, 2 ** 53, 1e308) },
  { weight: 1, arbitrary: strange },
);
const amount = fc.oneof(
  { weight: 4, arbitrary: fc.nat(40) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, 1.5, 2 ** 31, 2 ** 53 - 1, 2 ** 53, 1e308, -(2 ** 63)) },
);

/** What a button or a form of ours carries: of somebody else, of nothing, of another version, or no such thing at all. */
function carried({ incidents, actions }: Aims): fc.Arbitrary<string> {
  const incident = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...incidents) }, { weight: 1, arbitrary: amount });
  const action = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...actions) },
    { weight: 1, arbitrary: fc.uuid() },
    { weight: 1, arbitrary: attack },
  );
  const forms: readonly fc.Arbitrary<object>[] = [
    fc.record({ v: version, incident, version: amount }),
    fc.record({ v: version, incident, version: amount, asOf: attack }),
    fc.record({ v: version, incident, version: amount, firing: amount }),
    fc.record({ v: version, incident, verb: fc.oneof(fc.constantFrom('restart', 'scale', '__proto__'), attack) }),
    fc.record({ v: version, action }),
    fc.record({
      v: version,
      again: action,
      lift: fc.oneof(fc.constantFrom('freeze', 'protected-namespace', 'cool-down'), attack),
    }),
    fc.record({ v: version, undo: action }),
    fc.record({ v: version, job: amount }),
    fc.record({ v: version, approval: amount, say: fc.oneof(fc.constantFrom('yes', 'no', 'withdraw'), attack) }),
    fc.record({ v: version, row: amount, number: amount, all: fc.boolean() }),
  ];
  const whole = fc.oneof(...forms);
  return fc.oneof(
    { weight: 12, arbitrary: whole.map((value) => JSON.stringify(value)) },
    { weight: 4, arbitrary: whole.chain((value) => mangled(value)).map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: attack },
    { weight: 1, arbitrary: strange.map((value) => JSON.stringify(value) ?? '') },
  );
}

const BUTTONS = ['ack', 'unack', 'resolve', 'reopen', 'escalate', 'action', 'job-cancel'];

/** A person in a payload; a partner's click carries the partner's team. */
const user = fc.tuple(someone, team).map(([id, team_id]) => ({ id, team_id, name: '<!channel>' }));

export interface Names {
  /** Every button and every form that the program has. */
  readonly buttons: readonly string[];
  readonly forms: readonly string[];
}

/** Presses of buttons that were drawn for somebody else, in another version, or never. */
export function presses(aims: Aims, names: Names): fc.Arbitrary<HttpInput> {
  const pressed = fc.record({
    action_id: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...BUTTONS, ...names.buttons) },
      { weight: 1, arbitrary: attack },
    ),
    value: carried(aims),
    action_ts: ts,
    type: fc.constant('button'),
  });
  const payload = fc
    .record({
      type: fc.oneof(
        { weight: 12, arbitrary: fc.constant('block_actions') },
        {
          weight: 1,
          arbitrary: fc.constantFrom('message_action', 'shortcut', 'block_suggestion', 'view_closed', 'nonsense'),
        },
      ),
      user,
      team: team.map((id) => ({ id })),
      trigger_id: trigger,
      response_url: responseUrl,
      channel: channel.map((id) => ({ id })),
      message: fc.record({ ts, thread_ts: ts }),
      container: fc.record({ message_ts: ts, channel_id: channel, is_ephemeral: fc.boolean() }),
      actions: fc.array(pressed, { minLength: 1, maxLength: 2 }),
    })
    .chain((base) =>
      fc.oneof({ weight: 5, arbitrary: fc.constant<object>(base) }, { weight: 1, arbitrary: mangled(base) }),
    );
  return delivered(
    'buttons',
    FORM,
    fc.oneof(
      { weight: 20, arbitrary: payload.map((value) => asForm({ payload: value })) },
      { weight: 1, arbitrary: attack.map((text) => `payload=${encoded(text)}`) },
    ),
  );
}

/** Submissions of forms with fields that are missing, doubled, somebody else's, or never were there. */
export function submissions(aims: Aims, names: Names): fc.Arbitrary<HttpInput> {
  const typedIn = fc.oneof(
    attack.map((value) => ({ type: 'plain_text_input', value })),
    attack.map((value) => ({ type: 'static_select', selected_option: { value } })),
    strange,
  );
  const input = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('reason', 'choice', 'replicas') },
    { weight: 1, arbitrary: attack },
  );
  const block = fc.array(fc.tuple(input, typedIn), { maxLength: 3 }).map(objectOf);
  const values = fc
    .array(
      fc.tuple(
        fc.oneof(
          input.map((id) => `in:${id}`),
          attack,
        ),
        fc.oneof({ weight: 8, arbitrary: block }, { weight: 1, arbitrary: strange }),
      ),
      { maxLength: 4 },
    )
    .map(objectOf);
  const view = fc
    .record({
      id: fc.oneof(fc.constantFrom('V0000000001', 'V0000000002'), attack),
      hash: fc.oneof(fc.constant('1700000000.abc'), attack),
      callback_id: fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom(...names.forms) },
        { weight: 1, arbitrary: attack },
      ),
      private_metadata: carried(aims),
      team_id: team,
      title: fc.record({ text: attack }),
      blocks: fc.array(
        fc.record({
          type: fc.constantFrom('input', 'input', 'section'),
          block_id: fc.oneof(
            input.map((id) => `in:${id}`),
            attack,
          ),
        }),
        { maxLength: 4 },
      ),
      state: values.map((all) => ({ values: all })),
    })
    .chain((base) =>
      fc.oneof({ weight: 5, arbitrary: fc.constant<object>(base) }, { weight: 1, arbitrary: mangled(base) }),
    );
  const payload = fc
    .record({ type: fc.constant('view_submission'), user, team: team.map((id) => ({ id })), trigger_id: trigger, view })
    .chain((base) =>
      fc.oneof({ weight: 8, arbitrary: fc.constant<object>(base) }, { weight: 1, arbitrary: mangled(base) }),
    );
  return delivered(
    'forms',
    FORM,
    payload.map((value) => asForm({ payload: value })),
  );
}
