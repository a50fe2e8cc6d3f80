import type { JSX } from 'preact';
import { act } from '../api.ts';
import type { Lang } from '../model/words.ts';
import { personIn } from '../model/workspace.ts';
import { usePage } from '../state.ts';
import { THEMES, theme } from '../theme.ts';

const LANGUAGES: Readonly<Record<Lang, { readonly name: string; readonly locale: string }>> = {
  en: { name: 'English', locale: 'en-US' },
  ja: { name: '日本語', locale: 'ja-JP' },
};

/** Who one is, in which language and colours. */
export function Bar(): JSX.Element {
  const page = usePage();
  const { words, space, lost, notice } = page;
  return (
    <header class="bar">
      <h1>
        <span class="face app" aria-hidden="true">
          火
        </span>
        <span>{space.value.team.name}</span>
      </h1>
      <Who />
      <p class="notice" role="status">
        {lost.value ? words.value.lost : notice.value}
      </p>
      <Languages />
      <label class="theme">
        <span class="name">{words.value.theme}</span>
        <select
          value={theme.value}
          onChange={({ currentTarget }) => {
            theme.value = THEMES.find((one) => one === currentTarget.value) ?? 'system';
          }}
        >
          {THEMES.map((one) => (
            <option key={one} value={one}>
              {words.value[one]}
            </option>
          ))}
        </select>
      </label>
    </header>
  );
}

function Who(): JSX.Element {
  const { words, demo, me, thread, space, lang } = usePage();
  return (
    <label class="who-am-i">
      <span class="name">{words.value.you}</span>
      <select
        id="me"
        value={me.value}
        onChange={({ currentTarget }) => {
          me.value = currentTarget.value;
          thread.value = '';
        }}
      >
        {demo.value.people.map(({ id, role }) => (
          <option key={id} value={id}>
            {`${personIn(space.value, id)?.realName ?? id} (${role[lang.value]})`}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A person's own setting, as in Slack: the app is told, and answers that person in it. */
function Languages(): JSX.Element {
  const page = usePage();
  const { lang, me, words } = page;
  return (
    <label class="language">
      <span class="name">{words.value.language}</span>
      <select
        value={lang.value}
        onChange={({ currentTarget }) =>
          void act(me.value, 'language', {
            locale: currentTarget.value === 'ja' ? LANGUAGES.ja.locale : LANGUAGES.en.locale,
          }).then(page.tell)
        }
      >
        {Object.entries(LANGUAGES).map(([id, { name }]) => (
          <option key={id} value={id} lang={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
