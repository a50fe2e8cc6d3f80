import { afterAll, beforeAll, describe } from 'vitest';
import { alertSourceContract } from '../contracts/alert-source.ts';
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
});
