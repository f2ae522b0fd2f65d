/**
 * How attribute values are laid out. Every codec reads and writes inside the message's own buffer, which starts
 * with the header: the XOR codecs take their mask from bytes 4–19 there. `kind` names the layout, so that tests
 * can make values for every row of the attribute table.
 *
 * Reading never throws: it gives the value or a {@link Malformed}. Writing a value that the layout cannot hold
 * throws a RangeError: that is a mistake in our own program, not on the wire.
 */
/** Why a value could not be read. */
export class Malformed {
  readonly problem: string;
  constructor(problem: string) {
    this.problem = problem;
  }
}

export type CodecKind =
  | 'address'
  | 'xor-address'
  | 'text'
  | 'bytes'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'flag'
  | 'uint16-list'
  | 'change-request'
  | 'error-code'
  | 'address-error-code'
  | 'address-family'
  | 'even-port'
  | 'protocol'
  | 'password-algorithm'
  | 'password-algorithms'
  | 'icmp'
  | 'transmit-counter';

export interface ValueCodec<T> {
  readonly kind: CodecKind;
  /** Sizes in bytes that the value may have, padding not counted; tests stay inside them. */
  readonly minBytes: number;
  readonly maxBytes: number;
  read(bytes: Uint8Array, at: number, length: number): T | Malformed;
  /** Writes at `at` and returns the length. The caller has made sure that `maxBytes` fit, or checks `out`. */
  write(value: T, out: Uint8Array, at: number): number;
}

/** An attribute's length field has 16 bits, and the message with its header must fit as well. */
export const maxValueBytes = 65_528;

/** A layout of one size. */
export function fixed<T>(
  kind: CodecKind,
  size: number,
  read: (bytes: Uint8Array, at: number) => T | Malformed,
  write: (value: T, out: Uint8Array, at: number) => void,
): ValueCodec<T> {
  const wrongSize = new Malformed(`must be ${size} bytes long`);
  return {
    kind,
    minBytes: size,
    maxBytes: size,
    read: (bytes, at, length) => (length === size ? read(bytes, at) : wrongSize),
    write: (value, out, at) => {
      write(value, out, at);
      return size;
    },
  };
}

export function inRange(value: number, max: number, what: string): number {
  if (!Number.isInteger(value) || value < 0 || value > max) throw new RangeError(`${what} must be 0–${max}`);
  return value;
}
