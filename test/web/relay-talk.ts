/** What a browser’s page does to try a TURN server: two peer connections that may use nothing but relayed addresses. */

export interface Talk {
  /** What came back of ten messages. */
  readonly echoed: readonly string[];
  /** Of the video that one sent to the other. */
  readonly framesDecoded: number;
  /** Of both ends of the selected pair, and how the client reaches its relay. */
  readonly types: readonly (string | undefined)[];
  readonly relayProtocol: string | undefined;
  readonly errors: readonly string[];
}

export const allMessages = Array.from({ length: 10 }, (_, i) => `message ${i}`);
/** A second of the moving picture. */
export const enoughFrames = 30;

/** An expression of JavaScript that gives a promise of a {@link Talk}. */
export function relayTalk(iceServer: object): string {
  return `(async () => {
    const config = { iceServers: [${JSON.stringify(iceServer)}], iceTransportPolicy: 'relay' };
    const [a, b] = [new RTCPeerConnection(config), new RTCPeerConnection(config)];
    const errors = [];
    for (const [one, other] of [[a, b], [b, a]]) {
      one.onicecandidate = ({ candidate }) => candidate && other.addIceCandidate(candidate);
      one.onicecandidateerror = ({ errorCode, errorText }) => errors.push(errorCode + ' ' + errorText);
    }
    const channel = a.createDataChannel('talk');
    b.ondatachannel = ({ channel: far }) => { far.onmessage = ({ data }) => far.send(data); };
    const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 240 });
    const pen = canvas.getContext('2d');
    let drawn = 0;
    const drawing = setInterval(() => {
      drawn += 1;
      pen.fillStyle = 'hsl(' + (drawn * 7) % 360 + ' 80% 50%)';
      pen.fillRect((drawn * 5) % 320, 0, 80, 240);
    }, 33);
    const moving = canvas.captureStream(30);
    a.addTrack(moving.getVideoTracks()[0], moving);
    b.ontrack = ({ streams }) => {
      const video = Object.assign(document.createElement('video'), { muted: true, srcObject: streams[0] });
      document.body.append(video);
      video.play();
    };
    const echoed = [];
    const talked = new Promise((resolve) => {
      channel.onopen = () => { for (let i = 0; i < 10; i += 1) channel.send('message ' + i); };
      channel.onmessage = ({ data }) => { echoed.push(data); if (echoed.length === 10) resolve(); };
    });
    const framesDecoded = async () => {
      const stats = [...(await b.getStats()).values()];
      return stats.find(({ type, kind }) => type === 'inbound-rtp' && kind === 'video')?.framesDecoded ?? 0;
    };
    const seen = async () => {
      while (await framesDecoded() < ${enoughFrames}) await new Promise((resolve) => setTimeout(resolve, 100));
    };
    await a.setLocalDescription();
    await b.setRemoteDescription(a.localDescription);
    await b.setLocalDescription();
    await a.setRemoteDescription(b.localDescription);
    const late = new Promise((resolve) => setTimeout(resolve, 20000));
    await Promise.race([Promise.all([talked, seen()]), late]);
    const stats = await a.getStats();
    const all = [...stats.values()];
    const selected = all.find(({ type }) => type === 'transport')?.selectedCandidatePairId;
    const pair = all.find(({ type, id, selected: chosen }) =>
      type === 'candidate-pair' && (id === selected || chosen === true));
    const [local, remote] = [stats.get(pair?.localCandidateId), stats.get(pair?.remoteCandidateId)];
    const talk = {
      echoed,
      framesDecoded: await framesDecoded(),
      errors,
      types: [local?.candidateType, remote?.candidateType],
      relayProtocol: local?.relayProtocol,
    };
    clearInterval(drawing);
    a.close();
    b.close();
    return talk;
  })()`;
}
