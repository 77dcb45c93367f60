/** Mebibytes of Plan: measured by bench/lists.ts, docs/performance.md. */
export const PLAN_MEMORY = 1024;
