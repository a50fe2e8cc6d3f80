import type { action as en } from '../en/action.ts';

export const action: typeof en = {};
