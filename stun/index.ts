/** The door of this folder: everything pure. Sockets are imported by path, from `io/`. */
export * from './address.ts';
export type {
  AddressError,
  ChangeRequest,
  CodecKind,
  IcmpReport,
  PasswordAlgorithm,
  StunError,
  TransmitCounter,
  ValueCodec,
} from './attribute-codecs.ts';
export * from './attributes.ts';
export * from './credential.ts';
export * from './endpoint.ts';
export * from './framer.ts';
export * from './integrity.ts';
export * from './machine.ts';
export * from './message.ts';
export * from './transaction.ts';
export * from './transaction-record.ts';
export * from './uri.ts';
