import type { incident as en } from '../en/incident.ts';

export const incident: typeof en = {};
