import { writeUint16 } from '../../stun/bytes.ts';
import { viewChannelData } from '../../stun/framer.ts';
import { encodeMessage, methods } from '../../stun/message.ts';
import type { Parcel } from './parcel.ts';
import type { Action } from './rule.ts';
import type { Scene } from './scene.ts';

type Bend = Extract<Action, { kind: 'rechannel' | 'as-indication' | 'unpadded' | 'overlong' }>;

/** Any channel number of RFC 5766 or RFC 8656. */
const anyChannel = 0x7fff;
/** What an overlong frame claims to hold and does not. */
const claimedBytes = 4;

/** ChannelData (RFC 8656 s12.4) made wrong in one way; other bytes stay as they are. */
export function bendChannelData(action: Bend, bytes: Uint8Array, scene: Scene): Uint8Array {
  const view = viewChannelData(bytes, anyChannel);
  if (view === null) return bytes;
  const { channel, data } = view;
  switch (action.kind) {
    case 'rechannel':
      return withHeader(bytes, 0, action.channel);
    case 'overlong':
      return withHeader(bytes, 2, data.length + claimedBytes);
    case 'unpadded':
      // RFC 8656 s12.5: over TCP and TLS it must be padded to a multiple of four.
      return bytes.slice(0, 4 + data.length);
    case 'as-indication':
      return encodeMessage({
        method: methods.data,
        class: 'indication',
        transactionId: scene.random(12),
        attributes: [
          {
            name: 'XOR-PEER-ADDRESS',
            value: scene.note.channels.get(channel) ?? { address: '0.0.0.0', port: 0 },
          },
          { name: 'DATA', value: data },
        ],
      });
  }
}

/** One bit of what is relayed; the message around it stays right. */
export function spoilPayload({ bytes, making }: Parcel, scene: Scene): Uint8Array {
  const view = viewChannelData(bytes, anyChannel);
  if (view !== null) {
    const copy = bytes.slice();
    flip(copy, 4 + Math.floor(scene.draw('byte') * view.data.length), scene);
    return copy;
  }
  if (making === null) return bytes;
  const attributes = making.message.attributes.map((attribute) => {
    if (attribute.name !== 'DATA') return attribute;
    const value = attribute.value.slice();
    flip(value, Math.floor(scene.draw('byte') * value.length), scene);
    return { ...attribute, value };
  });
  return encodeMessage({ ...making.message, attributes });
}

function flip(bytes: Uint8Array, at: number, scene: Scene): void {
  if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(scene.draw('bit') * 8));
}

function withHeader(bytes: Uint8Array, at: 0 | 2, value: number): Uint8Array {
  const copy = bytes.slice();
  writeUint16(copy, at, value);
  return copy;
}
