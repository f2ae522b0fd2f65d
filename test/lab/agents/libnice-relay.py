"""
Two ICE agents of libnice that may use nothing but relayed candidates of the TURN server at 127.0.0.1 exchange ten
messages. Prints one line of JSON. Usage: libnice-relay.py PORT udp|tcp USER PASSWORD
"""
import ctypes
import json
import sys

import gi

gi.require_version("Nice", "0.1")
from gi.repository import GLib, Nice  # noqa: E402

# The bindings leave out the one function that takes a callback for data.
library = ctypes.CDLL("libnice.so.10")
on_data_type = ctypes.CFUNCTYPE(
    None, ctypes.c_void_p, ctypes.c_uint, ctypes.c_uint, ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p
)
library.nice_agent_attach_recv.argtypes = [
    ctypes.c_void_p, ctypes.c_uint, ctypes.c_uint, ctypes.c_void_p, on_data_type, ctypes.c_void_p,
]

port, transport, username, password = sys.argv[1:5]
relay_type = {"udp": Nice.RelayType.UDP, "tcp": Nice.RelayType.TCP}[transport]
loop = GLib.MainLoop()
context = loop.get_context()
received: list[str] = []
ready: set[str] = set()


class Peer:
    def __init__(self, name: str, controlling: bool) -> None:
        self.name = name
        self.other: "Peer | None" = None
        self.agent = Nice.Agent.new(context, Nice.Compatibility.RFC5245)
        self.agent.set_property("controlling-mode", controlling)
        self.agent.set_property("force-relay", True)
        self.agent.set_property("upnp", False)
        self.agent.set_property("ice-tcp", False)
        address = Nice.Address()
        address.init()
        address.set_from_string("127.0.0.1")
        self.agent.add_local_address(address)
        self.stream = self.agent.add_stream(1)
        self.agent.set_relay_info(self.stream, 1, "127.0.0.1", int(port), username, password, relay_type)
        self.callback = on_data_type(self.on_data)
        # The hash of a GObject is its address; no context means the default one.
        library.nice_agent_attach_recv(hash(self.agent), self.stream, 1, None, self.callback, None)
        self.agent.connect("candidate-gathering-done", self.on_gathered)
        self.agent.connect("component-state-changed", self.on_state)
        self.agent.connect("new-selected-pair-full", self.on_pair)
        self.type = None

    def on_gathered(self, _agent, _stream) -> None:
        gathered.add(self.name)
        if len(gathered) == 2:
            for each in (a, b):
                each.other.agent.parse_remote_sdp(each.agent.generate_local_sdp())

    def on_pair(self, _agent, _stream, _component, local, _remote) -> None:
        self.type = local.type.value_nick

    def on_state(self, _agent, _stream, _component, state) -> None:
        if state == Nice.ComponentState.FAILED:
            loop.quit()
        if state == Nice.ComponentState.READY:
            ready.add(self.name)
            if len(ready) == 2 and not received:
                a.say(0)

    def say(self, number: int) -> None:
        data = f"message {number}"
        self.agent.send(self.stream, 1, len(data), data)

    def on_data(self, _agent, _stream, _component, length, data, _user) -> None:
        text = ctypes.string_at(data, length).decode()
        if self is b:
            self.agent.send(self.stream, 1, len(text), text)
            return
        received.append(text)
        if len(received) == 10:
            loop.quit()
        else:
            self.say(len(received))


gathered: set[str] = set()
a, b = Peer("a", True), Peer("b", False)
a.other, b.other = b, a
for peer in (a, b):
    peer.agent.gather_candidates(peer.stream)
GLib.timeout_add_seconds(30, loop.quit)
loop.run()
print(json.dumps({"candidates": [a.type, b.type], "echoed": received == [f"message {i}" for i in range(10)] and 10}))
