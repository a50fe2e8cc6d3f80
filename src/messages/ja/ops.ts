import type { ops as en } from '../en/ops.ts';

export const ops: typeof en = {};
