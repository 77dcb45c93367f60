/** MiB at which Lambda assigns one vCPU: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
export const VCPU_MEMORY = 1769;

/**
 * MiB of Plan and Report, which process a whole list: one vCPU. Less memory is proportionally slower and costs the
 * same, and the largest list of the defaults would approach the 15-minute timeout; docs/performance.md has
 * measurements.
 */
export const WHOLE_LIST_MEMORY = VCPU_MEMORY;
