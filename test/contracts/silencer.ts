import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { createSilencer } from '../../src/adapters/alertmanager/silencer.ts';
import { createAlertSource } from '../../src/adapters/alertmanager/source.ts';
import type { SilenceMatcher } from '../../src/domain/silence.ts';
import type { NewSilence } from '../../src/ports/silencer.ts';

/** What is relied on in an Alertmanager's silences: passed by real ones, and by the look-alike of the tests. */

export interface SilencerBench {
  readonly url: string;
  fire(labels: Readonly<Record<string, string>>): Promise<void>;
}

const open = new AbortController().signal;
const HOUR_MS = 3_600_000;

const equal = (name: string, value: string): SilenceMatcher => ({ name, value, isRegex: false, isEqual: true });

export function silencerContract(bench: () => SilencerBench): void {
  const silencer = () => createSilencer({ name: 'main', api: [bench().url] });
  const source = () => createAlertSource({ name: 'main', api: [bench().url] });
  const wanted = (name: string, more: Partial<NewSilence> = {}): NewSilence => ({
    matchers: [equal('alertname', name)],
    startsAt: new Date(),
    endsAt: new Date(Date.now() + HOUR_MS),
    createdBy: 'hana',
    comment: 'deploying',
    mark: `[hikeshi ${randomUUID()}]`,
    ...more,
  });
  const listed = async (id: string) => (await silencer().list(open)).find((one) => one.id === id);
  const matched = (name: string) => silencer().matching([equal('alertname', name)], open);

  it('makes one that holds at once, with who and why, and looks see it', async () => {
    await bench().fire({ alertname: 'MadeHere', severity: 'warning' });
    await expect.poll(() => matched('MadeHere')).toMatchObject([{ silenced: false, labels: { severity: 'warning' } }]);
    const silence = wanted('MadeHere');
    const id = await silencer().create(silence, open);
    expect(await listed(id)).toMatchObject({
      state: 'active',
      matchers: silence.matchers,
      createdBy: 'hana',
      comment: `deploying ${silence.mark}`,
      endsAt: silence.endsAt,
    });
    await expect.poll(() => matched('MadeHere')).toMatchObject([{ silenced: true }]);
    const [{ fingerprint } = { fingerprint: '' }] = await matched('MadeHere');
    const look = await source().look({ groups: false }, open);
    expect(look.silencedBy?.get(fingerprint)).toEqual([id]);
    expect(look.silences?.map((one) => one.id)).toContain(id);
  });

  it('asked for twice with one mark makes one', async () => {
    const silence = wanted('OnceHere');
    const id = await silencer().create(silence, open);
    expect(await silencer().create(silence, open)).toBe(id);
    const same = (await silencer().list(open)).filter(({ comment }) => comment.includes(silence.mark));
    expect(same).toHaveLength(1);
  });

  it('makes it last longer, the same one; to the same end twice changes nothing', async () => {
    const id = await silencer().create(wanted('LongerHere'), open);
    const until = new Date(Date.now() + 5 * HOUR_MS);
    const now = await silencer().extend(id, until, open);
    expect(await silencer().extend(now, until, open)).toBe(now);
    expect(await listed(now)).toMatchObject({ endsAt: until });
    const ours = (await silencer().list(open)).filter((one) => one.matchers[0]?.value === 'LongerHere');
    expect(ours).toHaveLength(1);
  });

  it('ends one, once or twice; an ended one cannot be made longer', async () => {
    await bench().fire({ alertname: 'EndedHere' });
    const id = await silencer().create(wanted('EndedHere'), open);
    await silencer().expire(id, open);
    await silencer().expire(id, open);
    expect(await listed(id)).toBeUndefined();
    await expect.poll(() => matched('EndedHere')).toMatchObject([{ silenced: false }]);
    const until = new Date(Date.now() + 5 * HOUR_MS);
    await expect(silencer().extend(id, until, open)).rejects.toMatchObject({ kind: 'missing' });
  });

  it('says that there is none', async () => {
    await expect(silencer().expire(randomUUID(), open)).rejects.toMatchObject({ kind: 'missing' });
  });

  it('tells why it refuses, and makes nothing then', async () => {
    const before = (await silencer().list(open)).length;
    const empty = wanted('x', { matchers: [{ name: 'team', value: '', isRegex: false, isEqual: true }] });
    await expect(silencer().create(empty, open)).rejects.toMatchObject({
      kind: 'refused',
      why: expect.stringMatching(/empty string.*HTTP 400/),
    });
    expect((await silencer().list(open)).length).toBe(before);
  });

  it.each([
    { name: 'job', value: 'a|b', isRegex: true, isEqual: true, holds: false },
    { name: 'job', value: 'a.*', isRegex: true, isEqual: true, holds: true },
    { name: 'job', value: 'b.*', isRegex: true, isEqual: false, holds: true },
    { name: 'job', value: 'a "quoted" \\ back', isRegex: false, isEqual: true, holds: true },
    { name: 'job', value: 'a "quoted" \\ back', isRegex: false, isEqual: false, holds: false },
  ])('matches as it says: $name $value (regex $isRegex, equal $isEqual)', async ({ holds, ...matcher }) => {
    await bench().fire({ alertname: 'OddHere', job: 'a "quoted" \\ back' });
    await expect.poll(() => matched('OddHere')).toHaveLength(1);
    expect(await silencer().matching([equal('alertname', 'OddHere'), matcher], open)).toHaveLength(holds ? 1 : 0);
  });
}
