/** One end of one attempt: a connection with the other end, or two with an SFU. */
import { PictureWatch, pictureTrack, show } from './browser-media.mjs';
import { pairsIn } from './browser-stats.mjs';

const ladder = ['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7'];
const lookMs = 100;
/** For checks: each pair is asked a dozen times by then. Over TCP, RFC 5382 REQ-4. */
const checksMs = 6_000;
/** For the first candidate of the wanted type; an allocation over UDP is tried for 9.5 s. */
const candidateMs = 10_000;
/** For the first picture, and for five steady seconds of it, once the connection stands. */
const pictureMs = 8_000;
const steadyMs = 14_000;
/** RFC 8831 §6.6: what is late is of no use, and must not hold up what follows. */
const callOptions = { ordered: false, maxPacketLifeTime: 1_000 };

export class Session {
  #order;
  #tell;
  #call;
  /** By their name; the only one with the other end is called `undefined`, which JSON leaves out. */
  #links = new Map();
  #picture = new PictureWatch();
  #hide = () => {};
  #reached = new Set();
  #errors = '';
  #timer;
  #openedMs = performance.now();
  #checkingMs = null;
  #securedMs = null;
  #over = false;

  constructor(order, { tell, call }) {
    this.#order = order;
    this.#tell = tell;
    this.#call = call;
    this.#timer = setInterval(() => this.#look(), lookMs);
    if (order.path !== 'sfu') this.#openLink(undefined);
    if (!order.offers) return;
    const connection = this.#connection(undefined);
    if (order.media === 'video') connection.addTrack(pictureTrack());
    const echo = connection.createDataChannel('echo');
    echo.onopen = () => echo.send('hello');
    echo.onmessage = () => this.#echoed();
    if (call !== null) call.use(connection.createDataChannel('call', callOptions));
    void this.#offer();
  }

  /** What this end sends, to a media server that never offers to receive. */
  async offer(link) {
    this.#openLink(link).connection.addTransceiver(pictureTrack(), { direction: 'sendonly' });
    await this.#offer(link);
  }

  async describe({ type, sdp, link }) {
    const connection = this.#connection(link) ?? this.#openLink(link).connection;
    this.#checkingMs ??= performance.now();
    await connection.setRemoteDescription({ type, sdp });
    if (type === 'answer') return;
    for (const transceiver of connection.getTransceivers()) this.#send(transceiver, sdp);
    const answer = await connection.createAnswer();
    // Told before it holds: candidates come only after.
    this.#tell({ news: 'description', run: this.#order.run, link, type: 'answer', sdp: answer.sdp });
    await connection.setLocalDescription(answer);
  }

  add({ candidate, mid, link }) {
    if (!this.#isWanted(candidate)) return;
    // One that comes too late is refused, and no longer matters.
    void this.#connection(link)
      ?.addIceCandidate({ candidate: candidate.replace(/^a=/, ''), sdpMid: mid })
      .catch(() => {});
  }

  /** RFC 8445 §9. */
  async restart() {
    this.#connection(undefined)?.restartIce();
    await this.#offer();
  }

  close() {
    this.#over = true;
    clearInterval(this.#timer);
    this.#hide();
    for (const { connection } of this.#links.values()) connection.close();
    this.#links.clear();
  }

  #connection(link) {
    return this.#links.get(link)?.connection;
  }

  async #offer(link) {
    const connection = this.#connection(link);
    const offer = await connection.createOffer();
    this.#tell({ news: 'description', run: this.#order.run, link, type: 'offer', sdp: offer.sdp });
    await connection.setLocalDescription(offer);
  }

  /** To the other end, and to an SFU that wants to receive. */
  #send(transceiver, sdp) {
    const { path, media } = this.#order;
    const isUp = path === 'sfu' && sdp.includes('a=recvonly');
    if (!isUp && (path === 'sfu' || media === 'none')) return;
    transceiver.direction = isUp ? 'sendonly' : 'sendrecv';
    if (transceiver.receiver.track.kind === 'video') void transceiver.sender.replaceTrack(pictureTrack());
  }

  #openLink(name) {
    const { iceServers, path, run } = this.#order;
    const iceTransportPolicy = path === 'relay' ? 'relay' : 'all';
    const connection = new RTCPeerConnection({ iceServers, iceTransportPolicy });
    const link = { connection, reached: new Set() };
    this.#links.set(name, link);
    connection.onicecandidate = ({ candidate }) => {
      if (candidate === null || candidate.candidate === '' || !this.#isWanted(candidate.candidate)) return;
      this.#reach(link, 'S1');
      // During a call as well: a restart has candidates of its own.
      this.#tell({
        news: 'candidate',
        run,
        link: name,
        candidate: candidate.candidate,
        mid: candidate.sdpMid,
      });
    };
    connection.onicecandidateerror = ({ errorCode, errorText }) => {
      this.#errors = `${errorCode} ${errorText}`;
    };
    connection.oniceconnectionstatechange = () => this.#onIce(link);
    connection.onconnectionstatechange = () => this.#onState(link);
    connection.ondatachannel = ({ channel }) => {
      if (channel.label === 'call') this.#call?.use(channel);
      else channel.onmessage = ({ data }) => channel.send(data);
    };
    connection.ontrack = ({ track }) => {
      if (track.kind === 'video') this.#hide = show(track);
    };
    return link;
  }

  #isWanted(candidate) {
    const [, , protocol = ''] = candidate.split(' ');
    return protocol.toLowerCase() === this.#order.transport || this.#order.path === 'relay';
  }

  #onIce(link) {
    const { iceConnectionState: state } = link.connection;
    const stands = state === 'connected' || state === 'completed';
    if (stands) this.#reach(link, 'S2');
    if (stands || state === 'disconnected' || state === 'failed')
      this.#call?.link(stands ? 'connected' : state);
    if (state === 'failed' && !link.reached.has('S2')) this.#giveUp();
  }

  #onState(link) {
    const { connectionState: state } = link.connection;
    if (state === 'connected') this.#reach(link, 'S3');
    // ICE has found a way, and DTLS does not come up: no fault of the NATs.
    if (state === 'failed' && link.reached.has('S2') && !link.reached.has('S3'))
      void this.#end({ outcome: 'fault', code: 'dtls-failed' });
  }

  /** A rung counts when all links have it: one, or up and down. */
  #reach(link, rung) {
    link.reached.add(rung);
    const links = [...this.#links.values()];
    const wanted = this.#order.path === 'sfu' ? 2 : 1;
    if (links.length < wanted || !links.every(({ reached }) => reached.has(rung))) return;
    if (rung === 'S3') this.#securedMs ??= performance.now();
    this.#climb(rung);
  }

  #climb(rung) {
    if (this.#reached.has(rung)) return;
    this.#reached.add(rung);
    this.#say({ news: 'reached', run: this.#order.run, rung });
  }

  #echoed() {
    this.#climb('S4');
    if (this.#order.media === 'none') void this.#end({ outcome: 'connected' });
  }

  #giveUp() {
    void this.#end({ outcome: 'failed', conclusive: false, code: 'ice-failed' });
  }

  #look() {
    if (this.#over) return;
    const nowMs = performance.now();
    if (this.#order.path === 'relay' && !this.#reached.has('S1') && nowMs - this.#openedMs > candidateMs)
      void this.#end({ outcome: 'failed', code: 'ice-no-candidates', detail: this.#errors });
    else if (this.#checkingMs !== null && !this.#reached.has('S3') && nowMs - this.#checkingMs > checksMs)
      this.#giveUp();
    else if (this.#securedMs !== null) void this.#lookAtPicture(nowMs - this.#securedMs, nowMs);
  }

  async #lookAtPicture(securedForMs, nowMs) {
    const { path, media } = this.#order;
    if (path !== 'sfu' && media === 'none') return;
    const receiving = [...this.#links].find(([name]) => name !== 'up')?.[1].connection;
    const rung = this.#picture.look(await receiving.getStats(), nowMs);
    if (rung !== null) for (const lower of ladder.slice(4, ladder.indexOf(rung) + 1)) this.#climb(lower);
    const isEnough =
      media === 'none' ? rung !== null : rung === 'S7' || (rung === 'S6' && securedForMs > steadyMs);
    if (isEnough) await this.#end({ outcome: 'connected' });
    else if (rung !== 'S6' && securedForMs > pictureMs)
      await this.#end({ outcome: 'failed', code: rung === null ? 'media-missing' : 'media-not-decoded' });
  }

  async #end(ended) {
    if (this.#over) return;
    // One that has given up still answers, and may yet be found by the other.
    if (ended.conclusive === false && this.#reached.has('given up')) return;
    if (ended.conclusive === false) this.#reached.add('given up');
    else this.#over = true;
    const { run, path } = this.#order;
    const [link] = [...this.#links.values()].reverse();
    const pairs = link === undefined ? {} : pairsIn(await link.connection.getStats(), path);
    const isRelayed = path !== 'relay' || pairs.selected?.local.type === 'relay';
    const verdict =
      ended.outcome === 'connected' && !isRelayed ? { outcome: 'failed', code: 'not-relayed' } : ended;
    this.#tell({ news: 'ended', run, ...pairs, ...verdict });
  }

  #say(news) {
    if (!this.#over) this.#tell(news);
  }
}
