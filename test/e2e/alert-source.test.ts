import { afterAll, beforeAll, describe } from 'vitest';
import { alertSourceContract } from '../contracts/alert-source.ts';
import { silencerContract } from '../contracts/silencer.ts';
import { findAlertmanager, type RealAlertmanager, startAlertmanager } from './real-alertmanager.ts';

/** The API as real Alertmanagers have it: Debian's, and a newer one where there is one. */

const debians = findAlertmanager();
const newer = process.env['HIKESHI_TEST_ALERTMANAGER_NEWER'];
const programs = [...(debians ? [debians] : []), ...(newer && debians ? [newer] : [])];

describe.each(programs)('%s', (program) => {
  let alertmanager: RealAlertmanager;
  beforeAll(async () => {
    alertmanager = await startAlertmanager(program, { url: 'http://127.0.0.1:9/nobody', token: 'x' });
  });
  afterAll(() => alertmanager.stop());
  alertSourceContract(() => alertmanager);
  silencerContract(() => ({
    url: alertmanager.url,
    // Not by amtool, which reads odd values its own way.
    async fire(labels) {
      const body = JSON.stringify([{ labels }]);
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${alertmanager.url}/api/v2/alerts`, { method: 'POST', headers, body });
      if (!answer.ok) throw new Error(await answer.text());
    },
  }));
});
