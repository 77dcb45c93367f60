/** Mebibytes with which Lambda gives a whole vCPU: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
export const VCPU_MEMORY = 1769;

/**
 * Mebibytes of Plan and Report, which go through a whole list: those with which Lambda gives a whole vCPU. Less is slower
 * by as much and costs the same, and the largest list that the defaults allow would come near the fifteen minutes;
 * docs/performance.md has what was measured.
 */
export const WHOLE_LIST_MEMORY = VCPU_MEMORY;
