import { expect, it } from 'vitest';
import { createAlertSource } from '../../src/adapters/alertmanager/source.ts';
import type { SourceLook } from '../../src/ports/alert-source.ts';

/** What reconcile relies on in an Alertmanager: passed by real ones, and by the look-alike of the tests. */

export interface AlertSourceBench {
  readonly url: string;
  /** Groups by alertname, for the receiver `hikeshi`. */
  fire(labels: Readonly<Record<string, string>>, annotations: Readonly<Record<string, string>>): Promise<void>;
  resolve(labels: Readonly<Record<string, string>>): Promise<void>;
  silence(labels: Readonly<Record<string, string>>): Promise<void>;
}

const WITHIN_MS = 10_000;
const open = new AbortController().signal;

export function alertSourceContract(bench: () => AlertSourceBench): void {
  const look = (): Promise<SourceLook> =>
    createAlertSource({ name: 'main', api: [bench().url] }).look({ groups: true }, open);
  const until = async (alertname: string, is: (found: SourceLook) => boolean): Promise<SourceLook> => {
    const seen: SourceLook[] = [];
    const looked = async (): Promise<boolean> => {
      seen.push(await look());
      return is(seen.at(-1)!);
    };
    await expect.poll(looked, { timeout: WITHIN_MS, message: `${alertname} as expected` }).toBe(true);
    return seen.at(-1)!;
  };
  const alertOf = ({ groups }: SourceLook, alertname: string) =>
    groups.find((group) => group.labels['alertname'] === alertname)?.alerts[0];

  it('says for how long it has been up, and which run of it this is', async () => {
    const [one, other] = [await look(), await look()];
    expect(one).toMatchObject({ complete: true, failures: [] });
    expect(one.upForMs).toBeGreaterThanOrEqual(-1_000);
    expect(other.run).toBe(one.run);
  });

  it('has what fires, in its group, with what a post needs', async () => {
    const labels = { alertname: 'FiresHere', severity: 'critical' };
    await bench().fire(labels, { summary: 'Half of it fails' });
    const found = await until('FiresHere', (answer) => alertOf(answer, 'FiresHere') !== undefined);
    const group = found.groups.find((g) => g.labels['alertname'] === 'FiresHere')!;
    expect(group).toMatchObject({ receiver: 'hikeshi', labels: { alertname: 'FiresHere' } });
    const alert = group.alerts[0]!;
    expect(alert).toMatchObject({
      status: 'firing',
      active: true,
      labels,
      annotations: { summary: 'Half of it fails' },
    });
    expect(alert.fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect(Math.abs(alert.startsAt.getTime() - Date.now())).toBeLessThan(WITHIN_MS);
    expect(found.fingerprints).toContain(alert.fingerprint);
    expect((await createAlertSource({ name: 'main', api: [bench().url] }).active(open)).fingerprints).toContain(
      alert.fingerprint,
    );
  });

  it('has what is silenced too, and calls it not active; what resolved it has no more', async () => {
    const labels = { alertname: 'SilencedHere', severity: 'warning' };
    await bench().fire(labels, {});
    const before = await until('SilencedHere', (answer) => alertOf(answer, 'SilencedHere')?.active === true);
    const { fingerprint } = alertOf(before, 'SilencedHere')!;
    await bench().silence(labels);
    const silenced = await until('SilencedHere', (answer) => alertOf(answer, 'SilencedHere')?.active === false);
    expect(silenced.fingerprints).toContain(fingerprint);
    await bench().resolve(labels);
    await until('SilencedHere', (answer) => answer.complete && !answer.fingerprints.has(fingerprint));
  });
}
