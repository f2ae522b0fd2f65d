"""aiortc as a client of the lab: JSON lines on stdin and stdout (docs/lab-agents.md), one session at a time.

aiortc does not trickle: its description carries all its candidates (RFC 8839 section 4.1). It has neither ICE-TCP nor
a switch for relayed candidates only, so it takes part on direct paths alone.
"""

import asyncio
import json
import re
import sys
import time

try:
    import aiortc
    from aiortc import RTCConfiguration, RTCIceServer, RTCPeerConnection, RTCSessionDescription, VideoStreamTrack
    from aiortc.mediastreams import MediaStreamError
    from aiortc.sdp import candidate_from_sdp
except ImportError as error:
    sys.exit(f"{error}: on Debian, apt-get install --no-install-recommends python3-aiortc")

CHECKS_SEC = 6
PICTURE_SEC = 8
STABLE_SEC = 5
LOOK_SEC = 0.1


def tell(**news):
    sys.stdout.write(json.dumps(news) + "\n")
    sys.stdout.flush()


class Session:
    def __init__(self, order):
        self.run = order["run"]
        self.media = order["media"] == "video"
        self.offers = order["offers"]
        self.over = False
        self.reached = set()
        self.frames = 0
        self.secured_at = None
        self.tasks = []
        servers = [
            RTCIceServer(urls=server["urls"], username=server.get("username"), credential=server.get("credential"))
            for server in order["iceServers"]
        ]
        self.peer = RTCPeerConnection(RTCConfiguration(iceServers=servers))
        self.peer.on("iceconnectionstatechange", self.on_ice)
        self.peer.on("connectionstatechange", self.on_state)
        self.peer.on("datachannel", self.on_channel)
        self.peer.on("track", self.on_track)

    async def start(self):
        if not self.offers:
            return
        if self.media:
            self.peer.addTrack(VideoStreamTrack())
        channel = self.peer.createDataChannel("echo")
        channel.on("open", lambda: channel.send("hello"))
        channel.on("message", lambda _message: self.echoed())
        await self.peer.setLocalDescription(await self.peer.createOffer())
        self.describe_self()

    async def describe(self, order):
        await self.peer.setRemoteDescription(RTCSessionDescription(sdp=order["sdp"], type=order["type"]))
        self.task(self.give_up_later())
        if order["type"] == "answer":
            return
        if self.media:
            self.peer.addTrack(VideoStreamTrack())
        await self.peer.setLocalDescription(await self.peer.createAnswer())
        self.describe_self()

    def describe_self(self):
        description = self.peer.localDescription
        if "a=candidate:" in description.sdp:
            self.reach("S1")
        self.say(news="description", type=description.type, sdp=description.sdp)

    async def add(self, order):
        candidate = candidate_from_sdp(re.sub("^(a=)?candidate:", "", order["candidate"]))
        if candidate.protocol.lower() != "udp":
            return
        candidate.sdpMid = order["mid"]
        await self.peer.addIceCandidate(candidate)

    async def close(self):
        self.over = True
        for task in self.tasks:
            task.cancel()
        await self.peer.close()

    def on_ice(self):
        if self.peer.iceConnectionState in ("connected", "completed"):
            self.reach("S2")
        elif self.peer.iceConnectionState == "failed":
            self.give_up()

    def on_state(self):
        if self.peer.connectionState == "connected":
            self.secured_at = time.monotonic()
            self.reach("S3")
            if self.media:
                self.task(self.watch_picture())

    def on_channel(self, channel):
        channel.on("message", channel.send)

    def on_track(self, track):
        self.task(self.decode(track))

    async def decode(self, track):
        while True:
            await track.recv()
            self.frames += 1

    async def watch_picture(self):
        since, seen = None, 0
        while not self.over:
            await asyncio.sleep(LOOK_SEC)
            now = time.monotonic()
            stats = await self.peer.getStats()
            packets = sum(s.packetsReceived for s in stats.values() if s.type == "inbound-rtp")
            if packets > 0:
                self.reach("S5")
            if self.frames > 0:
                self.reach("S6")
            # A second without a frame is a freeze.
            if self.frames > seen:
                seen, last = self.frames, now
                since = since if since is not None else now
            elif since is not None and now - last > 1:
                since = None
            if since is not None and now - since > STABLE_SEC:
                self.reach("S7")
                self.end(outcome="connected")
            elif self.frames == 0 and now - self.secured_at > PICTURE_SEC:
                self.end(outcome="failed", code="media-not-decoded" if packets > 0 else "media-missing")

    def echoed(self):
        self.reach("S4")
        if not self.media:
            self.end(outcome="connected")

    async def give_up_later(self):
        await asyncio.sleep(CHECKS_SEC)
        if "S3" not in self.reached:
            self.give_up()

    def give_up(self):
        self.end(outcome="failed", conclusive=False, code="ice-failed")

    def reach(self, rung):
        if rung not in self.reached:
            self.reached.add(rung)
            self.say(news="reached", rung=rung)

    def end(self, **ended):
        if self.over:
            return
        # One that has given up still answers, and may yet be found by the other.
        self.over = ended.get("conclusive", True)
        tell(news="ended", run=self.run, selected=self.selected(), **ended)

    def selected(self):
        """aioice tells its nominated pair only inside (1.4)."""
        transports = [t.sender.transport.transport for t in self.peer.getTransceivers() if t.sender.transport]
        if self.peer.sctp is not None:
            transports.append(self.peer.sctp.transport.transport)
        for transport in transports:
            for pair in getattr(transport._connection, "_nominated", {}).values():
                ends = (pair.local_candidate, pair.remote_candidate)
                local, remote = ({"type": c.type, "address": c.host, "port": c.port} for c in ends)
                return {"local": local, "remote": remote}
        return None

    def say(self, **news):
        if not self.over:
            tell(run=self.run, **news)

    def task(self, work):
        task = asyncio.ensure_future(work)
        task.add_done_callback(self.on_done)
        self.tasks.append(task)

    def on_done(self, task):
        error = None if task.cancelled() else task.exception()
        # A track ends with its connection.
        if error is not None and not isinstance(error, MediaStreamError):
            self.say(news="ended", outcome="fault", detail=f"{type(error).__name__}: {error}"[:500])


async def main():
    session = None
    lines = asyncio.StreamReader()
    await asyncio.get_event_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    tell(news="ready", agent=f"aiortc {aiortc.__version__}")
    while line := await lines.readline():
        order = json.loads(line)
        kind = order["order"]
        try:
            if kind == "open":
                session = Session(order)
                await session.start()
            elif kind == "close":
                if session is not None:
                    await session.close()
                session = None
                tell(news="closed", run=order["run"])
            elif session is not None and kind == "description":
                await session.describe(order)
            elif session is not None and kind == "candidate":
                await session.add(order)
        except Exception as error:
            tell(news="ended", run=order["run"], outcome="fault", detail=f"{type(error).__name__}: {error}"[:500])


asyncio.run(main())
