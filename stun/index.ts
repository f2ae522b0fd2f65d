/** The door of this folder: everything pure. Sockets are imported by path, from `io/`. */
export * from './address.ts';
export * from './attributes.ts';
export type { CodecKind, ValueCodec } from './codecs/codec.ts';
export type { AddressError, StunError } from './codecs/error.ts';
export type { ChangeRequest } from './codecs/number.ts';
export type { PasswordAlgorithm } from './codecs/password-algorithm.ts';
export type { IcmpReport, TransmitCounter } from './codecs/report.ts';
export * from './connect-back.ts';
export * from './credential.ts';
export * from './endpoint.ts';
export * from './framer.ts';
export * from './integrity.ts';
export * from './machine.ts';
export * from './message.ts';
export * from './nonce.ts';
export * from './transaction.ts';
export * from './transaction-record.ts';
export * from './uri.ts';
