/** What the client needs of a WebSocket and of an `RTCPeerConnection`; browsers’ own fit, and so do others. */
export interface SignalSocket {
  send(text: string): void;
  close(): void;
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

export interface Description {
  readonly type: string;
  readonly sdp: string;
}

export interface CandidateLine {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex?: number | null | undefined;
  readonly usernameFragment?: string | null | undefined;
}

/** `RTCConfiguration` as the service gives it. */
export interface IceConfiguration {
  iceServers: { urls: string | string[]; username?: string; credential?: string }[];
  iceTransportPolicy: 'all' | 'relay';
}

/** The part of W3C WebRTC §4.4 that negotiation uses. */
export interface PeerConnection {
  readonly signalingState: string;
  readonly connectionState: string;
  readonly iceConnectionState: string;
  readonly localDescription: Description | null;
  /** Without an argument: the offer or the answer that is due. */
  setLocalDescription(): Promise<void>;
  /** Takes an own offer back by itself when another one comes (W3C WebRTC §4.4.1.5). */
  setRemoteDescription(description: { type: 'offer' | 'answer'; sdp: string }): Promise<void>;
  addIceCandidate(candidate?: { candidate: string; sdpMid: string | null }): Promise<void>;
  restartIce(): void;
  setConfiguration(configuration: IceConfiguration): void;
  close(): void;
  addEventListener(type: 'negotiationneeded' | 'connectionstatechange', listener: () => void): void;
  addEventListener(
    type: 'icecandidate',
    listener: (event: { readonly candidate: CandidateLine | null }) => void,
  ): void;
}
