import type { JSX } from 'preact';
import { SCROLLS } from '../blocks/rich-text.tsx';
import { shownEmoji } from '../emoji-font.ts';
import { clockOf } from '../model/dates.ts';
import { breakable, plainWords } from '../model/mrkdwn.ts';
import type { Notification, Person } from '../model/types.ts';
import { personIn } from '../model/workspace.ts';
import { usePage } from '../state.ts';

/** Who was told what, as their phones show it while locked. */
export function Phones(): JSX.Element {
  const { words, demo, space } = usePage();
  const people = demo.value.people.flatMap(({ id }) => personIn(space.value, id) ?? []);
  return (
    <aside class="phones pane-phones" aria-label={words.value.phones}>
      <h2>{words.value.phones}</h2>
      {people.map((person) => (
        <Phone key={person.id} person={person} />
      ))}
    </aside>
  );
}

function Phone({ person }: { readonly person: Person }): JSX.Element {
  const page = usePage();
  const { space, words } = page;
  const told = space.value.notifications.filter((one) => one.user === person.id);
  const unread = told.filter((one) => one.ts > page.readUpTo(one.channel, person.id)).length;
  return (
    <section class="phone" aria-label={person.realName}>
      <h3>
        {person.realName}
        {unread > 0 && (
          <span class="count">
            {unread}
            <span class="unheard"> {words.value.unread}</span>
          </span>
        )}
      </h3>
      {told.length === 0 ? (
        <p class="faint">{words.value.noCalls}</p>
      ) : (
        <ul aria-label={words.value.lockScreen} {...SCROLLS}>
          {told.toReversed().map((one) => (
            <Banner key={`${one.channel} ${one.ts}`} notification={one} />
          ))}
        </ul>
      )}
    </section>
  );
}

/** A press opens what it tells of, on its owner's screen. */
function Banner({ notification }: { readonly notification: Notification }): JSX.Element {
  const page = usePage();
  const { space, names, lang, words } = page;
  const { ts, text, user, device } = notification;
  const channel = space.value.channels.find((one) => one.id === notification.channel);
  const direct = channel?.kind === 'im';
  const message = channel?.messages.find((one) => one.ts === ts);
  const thread = message?.thread_ts === ts ? '' : (message?.thread_ts ?? '');
  const files = (message?.files ?? []).map((one) => one.title || one.name).join(', ');
  const language = personIn(space.value, user)?.locale.startsWith('ja') ? 'ja' : 'en';
  return (
    <li>
      <button
        type="button"
        onClick={() => page.open({ as: user, where: direct ? 'dm' : notification.channel, thread, ts })}
      >
        <span class="from">
          <span class="face app" aria-hidden="true">
            火
          </span>
          <strong>{direct ? 'Hikeshi' : `#${channel?.name ?? ''}`}</strong>
          <time>{clockOf(ts, lang.value)}</time>
        </span>
        <span class="told">
          {breakable(plainWords(text, names.value, language, shownEmoji) || words.value.file(files)).map((piece, i) => (
            <>
              {i > 0 && <wbr />}
              {piece}
            </>
          ))}
        </span>
        {!device && <span class="faint">{words.value.quiet}</span>}
      </button>
    </li>
  );
}
