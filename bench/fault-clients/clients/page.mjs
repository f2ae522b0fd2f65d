/**
 * In a browser: fetches talks from the harness, runs each with two peer connections that may use nothing but relayed
 * addresses, and sends back what came of it, a ClientRun.
 */
async function runTalk({ host, port, transport, username, credential, setUpMs, talkMs, everyMs }) {
  const startedMs = performance.now();
  const now = () => Math.round(performance.now() - startedMs);
  const run = { echoesMs: [], failedMs: null, failure: null, endedMs: 0 };
  const iceServers = [{ urls: `turn:${host}:${port}?transport=${transport}`, username, credential }];
  const config = { iceServers, iceTransportPolicy: 'relay' };
  const [a, b] = [new RTCPeerConnection(config), new RTCPeerConnection(config)];
  let ticker;
  await new Promise((resolve) => {
    const fail = (why) => {
      run.failedMs ??= now();
      run.failure ??= why;
      resolve();
    };
    const setUp = setTimeout(resolve, setUpMs);
    for (const [one, other] of [
      [a, b],
      [b, a],
    ]) {
      let relayed = 0;
      let errors = '';
      one.onicecandidateerror = ({ errorCode, errorText }) => {
        errors = ` (${errorCode} ${errorText})`;
      };
      one.onicecandidate = ({ candidate }) => {
        if (!candidate?.candidate) return;
        relayed += 1;
        other.addIceCandidate(candidate).catch((error) => fail(String(error)));
      };
      one.onicegatheringstatechange = () => {
        if (one.iceGatheringState === 'complete' && relayed === 0)
          fail(`gathered no relayed candidate${errors}`);
      };
      one.onconnectionstatechange = () => {
        if (one.connectionState === 'failed') fail('connection failed');
      };
    }
    b.ondatachannel = ({ channel }) => {
      channel.onmessage = ({ data }) => channel.readyState === 'open' && channel.send(data);
    };
    const channel = a.createDataChannel('talk');
    channel.onopen = () => {
      let count = 0;
      ticker = setInterval(() => channel.readyState === 'open' && channel.send(String(count++)), everyMs);
    };
    channel.onclose = () => fail('channel closed');
    channel.onmessage = () => {
      if (run.echoesMs.length === 0) {
        clearTimeout(setUp);
        setTimeout(resolve, talkMs);
      }
      run.echoesMs.push(now());
    };
    connect(a, b).catch((error) => fail(String(error)));
  });
  run.endedMs = now();
  clearInterval(ticker);
  a.close();
  b.close();
  return run;
}

async function connect(a, b) {
  await a.setLocalDescription();
  await b.setRemoteDescription(a.localDescription);
  await b.setLocalDescription();
  await a.setRemoteDescription(b.localDescription);
}

const workers = Number(new URL(import.meta.url).searchParams.get('workers'));
const running = new Set();

// One question at a time: a browser opens no more than six connections to a server, and runs have to be told as well.
for (;;) {
  if (running.size >= workers) await Promise.race(running);
  const answer = await fetch('/talk', { method: 'POST' });
  if (!answer.ok) break;
  const { id, talk } = await answer.json();
  const told = runTalk(talk)
    .then((run) => fetch(`/run/${id}`, { method: 'POST', body: JSON.stringify(run) }))
    .finally(() => running.delete(told));
  running.add(told);
}
