"""
Two ICE agents of aioice that may use nothing but relayed candidates of the TURN server at 127.0.0.1 exchange ten
messages. Prints one line of JSON. Usage: aioice-relay.py PORT udp|tcp|tls USER PASSWORD
"""
import asyncio
import json
import sys

from aioice import Connection, TransportPolicy

port, transport, username, password = sys.argv[1:5]


def agent(controlling: bool) -> Connection:
    return Connection(
        ice_controlling=controlling,
        turn_server=("localhost", int(port)),
        turn_username=username,
        turn_password=password,
        turn_ssl=transport == "tls",
        turn_transport="udp" if transport == "udp" else "tcp",
        use_ipv6=False,
        transport_policy=TransportPolicy.RELAY,
    )


async def main() -> None:
    a, b = agent(True), agent(False)
    await asyncio.gather(a.gather_candidates(), b.gather_candidates())
    for one, other in ((a, b), (b, a)):
        for candidate in one.local_candidates:
            await other.add_remote_candidate(candidate)
        await other.add_remote_candidate(None)
        other.remote_username = one.local_username
        other.remote_password = one.local_password
    await asyncio.gather(a.connect(), b.connect())
    echoed = 0
    for i in range(10):
        await a.send(b"message %d" % i)
        await b.send(await b.recv())
        echoed += await a.recv() == b"message %d" % i
    types = [candidate.type for each in (a, b) for candidate in each.local_candidates]
    await asyncio.gather(a.close(), b.close())
    print(json.dumps({"candidates": types, "echoed": echoed}))


asyncio.run(asyncio.wait_for(main(), 30))
