import type { JSX } from 'preact';
import { control } from '../api.ts';
import { type Breakage, usePage } from '../state.ts';
import { useDropdown } from './dropdown.ts';

/** All that can be broken, each with what mends it. */
export function Breakages(): JSX.Element {
  const { words, demo } = usePage();
  const { box, close } = useDropdown();
  return (
    <details ref={box} class="breakages">
      <summary class="plain">{words.value.breakMore}</summary>
      <ul aria-label={words.value.breakages}>
        {demo.value.breakages.map((one) => (
          <BreakageView key={one.id} breakage={one} onDone={close} />
        ))}
      </ul>
    </details>
  );
}

interface Props {
  readonly breakage: Breakage;
  readonly onDone: () => void;
}

function BreakageView({ breakage, onDone }: Props): JSX.Element {
  const { words, lang, tell } = usePage();
  const { id, name, about, broken } = breakage;
  const word = broken ? words.value.mendIt : words.value.breakIt;
  const press = async (): Promise<void> => {
    tell(await control(broken ? 'mend' : 'break', { id }));
    onDone();
  };
  return (
    <li class={broken ? 'bad' : undefined}>
      <p>
        <strong>{name[lang.value]}</strong> <span class="faint">{about[lang.value]}</span>
      </p>
      <button type="button" class="plain" aria-label={`${word}: ${name[lang.value]}`} onClick={() => void press()}>
        {word}
      </button>
    </li>
  );
}
