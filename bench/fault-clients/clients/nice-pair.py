"""One run of libnice: two agents that use relayed candidates only. Usage: nice-pair.py TALK (JSON); prints one line
of JSON, a ClientRun."""
import ctypes
import json
import os
import sys
import time

import gi

gi.require_version("Nice", "0.1")
from gi.repository import GLib, Nice

talk = json.loads(sys.argv[1])
started = time.monotonic()
run = {"echoesMs": [], "failedMs": None, "failure": None, "endedMs": 0}
relay_types = {"udp": Nice.RelayType.UDP, "tcp": Nice.RelayType.TCP}


def now():
    return round((time.monotonic() - started) * 1000)


def end(*_):
    run["endedMs"] = now()
    print(json.dumps(run), flush=True)
    os._exit(0)


def fail(why):
    if run["failedMs"] is None:
        run["failedMs"], run["failure"] = now(), why
    end()


context = GLib.MainContext.default()
# The bindings leave out the call that receives.
library = ctypes.CDLL("libnice.so.10")
Received = ctypes.CFUNCTYPE(
    None, ctypes.c_void_p, ctypes.c_uint, ctypes.c_uint, ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p
)


class Peer:
    def __init__(self, controlling):
        self.agent = Nice.Agent.new(context, Nice.Compatibility.RFC5245)
        self.agent.set_property("controlling-mode", controlling)
        self.agent.set_property("force-relay", True)
        self.agent.set_property("upnp", False)
        self.agent.set_property("ice-tcp", False)
        address = Nice.Address()
        address.init()
        address.set_from_string(talk["host"])
        self.agent.add_local_address(address)
        self.stream = self.agent.add_stream(1)
        self.agent.set_relay_info(
            self.stream, 1, talk["host"], talk["port"], talk["username"], talk["credential"], relay_types[talk["transport"]]
        )
        self.gathered = False
        self.ready = False
        self.on_data = None
        self.agent.connect("candidate-gathering-done", self.on_gathered)
        self.agent.connect("component-state-changed", self.on_state)
        self.received = Received(lambda *_: self.on_data and self.on_data())
        pointer = ctypes.c_void_p(hash(self.agent))
        library.nice_agent_attach_recv(pointer, self.stream, 1, None, self.received, None)

    def on_gathered(self, *_):
        self.gathered = True
        if a.gathered and b.gathered:
            exchange()

    def on_state(self, _agent, _stream, _component, state):
        if state == Nice.ComponentState.FAILED:
            fail("component failed")
        if state in (Nice.ComponentState.CONNECTED, Nice.ComponentState.READY):
            self.ready = True

    def send(self, text):
        pointer = ctypes.c_void_p(hash(self.agent))
        library.nice_agent_send(pointer, self.stream, 1, len(text), text.encode())


def exchange():
    for one, other in ((a, b), (b, a)):
        candidates = one.agent.get_local_candidates(one.stream, 1)
        if not any(c.type == Nice.CandidateType.RELAYED for c in candidates):
            fail("gathered no relayed candidate")
        _, ufrag, password = one.agent.get_local_credentials(one.stream)
        other.agent.set_remote_credentials(other.stream, ufrag, password)
    for one, other in ((a, b), (b, a)):
        other.agent.set_remote_candidates(other.stream, 1, one.agent.get_local_candidates(one.stream, 1))


count = 0


def speak():
    global count
    if a.ready and b.ready:
        a.send(str(count))
        count += 1
    return True


def heard():
    if not run["echoesMs"]:
        GLib.source_remove(set_up)
        GLib.timeout_add(talk["talkMs"], end)
    run["echoesMs"].append(now())


a, b = Peer(True), Peer(False)
a.on_data = heard
b.on_data = lambda: b.send("echo")
set_up = GLib.timeout_add(talk["setUpMs"], end)
GLib.timeout_add(talk["everyMs"], speak)
for peer in (a, b):
    if not peer.agent.gather_candidates(peer.stream):
        fail("gathering could not begin")
GLib.MainLoop().run()
