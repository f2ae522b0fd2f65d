/** RTP packets for tests. */
export interface PacketFields {
  readonly sequence: number;
  readonly timestamp?: number;
  readonly ssrc?: number;
  readonly payloadType?: number;
  readonly marker?: boolean;
  readonly payload?: string;
}

export function rtpPacket(fields: PacketFields): Uint8Array {
  const { sequence, timestamp = 0, ssrc = 1, payloadType = 96, marker = false, payload = '' } = fields;
  const packet = Buffer.alloc(12 + payload.length);
  packet.writeUInt8(0x80);
  packet.writeUInt8((marker ? 0x80 : 0) | payloadType, 1);
  packet.writeUInt16BE(sequence & 0xffff, 2);
  packet.writeUInt32BE(timestamp >>> 0, 4);
  packet.writeUInt32BE(ssrc, 8);
  packet.write(payload, 12, 'latin1');
  return new Uint8Array(packet);
}
