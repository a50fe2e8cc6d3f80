import { createOperator, type Operator } from './operator.ts';
import { createPresser, type Presser } from './presses.ts';
import type { Site } from './site.ts';

/** What people do before, under and after a fault: mika presses buttons, hana and sato restart workloads by command and form. */
export interface Hands {
  before(): Promise<void>;
  under(): void;
  after(): void;
  /** Resolves when all of it was answered, or will not be any more. */
  answered(): Promise<unknown>;
  /** Each that is otherwise than it looked. Ask when all is at rest. */
  untrue(): readonly string[];
  /** Recorded, of all. */
  readonly count: string;
}

const PRESSED = { under: ['Before1', 'Before2'], after: ['Before3'] };

export function handsAt(site: Site): Hands {
  const presser = createPresser(site, 'mika');
  const [hana, sato] = [createOperator(site, 'hana'), createOperator(site, 'sato')];
  let formed: Promise<unknown> = Promise.resolve();
  const begun: Promise<unknown>[] = [];
  const press = (names: readonly string[]): void => void begun.push(...names.map((name) => presser.press(name)));
  return {
    before: async () => void (await hana.ask('askedbefore')),
    under() {
      press(PRESSED.under);
      formed = hana.confirm('askedbefore');
      begun.push(formed, sato.restart('askedunder'));
    },
    after() {
      press(PRESSED.after);
      begun.push(formed.then(() => hana.restart('askedafter')));
    },
    answered: () => Promise.all(begun),
    untrue: () => [...presser.forgotten(), ...hana.untrue(), ...sato.untrue()],
    get count() {
      return recorded([presser, hana, sato]);
    },
  };
}

/** `2/5`: recorded, of all that was pressed. */
export function recorded(hands: readonly Pick<Presser | Operator, 'count'>[]): string {
  const counts = hands.map((one) => one.count);
  const sum = (what: 'done' | 'pressed'): number => counts.reduce((all, one) => all + one[what], 0);
  return `${sum('done')}/${sum('pressed')}`;
}
