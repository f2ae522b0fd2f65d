/** The door of this folder: everything pure. Sockets are imported by path, from `io/`. */
export * from './client/allocation-client.ts';
export * from './client/allocation-failure.ts';
export * from './client/auth-ladder.ts';
export * from './client/binding-client.ts';
export * from './client/link-failure.ts';
export * from './server/binding-server.ts';
export * from './server/corners.ts';
export * from './server/rate-table.ts';
export * from './server/turn-server.ts';
export * from './server/turn-server-event.ts';
