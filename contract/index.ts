/** Everything that crosses a process border. Browsers may also import the files one by one. */
export * from './answer-failure.ts';
export * from './api.ts';
export * from './basics.ts';
export * from './candidate.ts';
export * from './config.ts';
export * from './envelope.ts';
export * from './evidence.ts';
export * from './failure-schema.ts';
export * from './failures.ts';
export * from './lint-report.ts';
export * from './nat-report.ts';
export * from './release.ts';
export * from './runs.ts';
export * from './servers.ts';
export * from './signal.ts';
export * from './upgrade.ts';
export * from './visit-report.ts';
