/** The steps of the check, and how each may stand. */
export const stepIds = ['browser', 'service', 'gather', 'nat', 'direct', 'relay', 'verdict'] as const;
export type StepId = (typeof stepIds)[number];
/** `warned`: done, and part of it failed. */
export type StepStatus = 'waiting' | 'running' | 'ok' | 'warned' | 'failed' | 'skipped';
export type EndStatus = Exclude<StepStatus, 'waiting' | 'running'>;
