"""One run of aioice: two agents that use relayed candidates only. Usage: aioice-pair.py TALK (JSON); prints one line
of JSON, a ClientRun."""
import asyncio
import json
import sys
import time

import aioice
from aioice.ice import TransportPolicy

talk = json.loads(sys.argv[1])
started = time.monotonic()
run = {"echoesMs": [], "failedMs": None, "failure": None, "endedMs": 0}


def now():
    return round((time.monotonic() - started) * 1000)


def agent(controlling):
    return aioice.Connection(
        ice_controlling=controlling,
        turn_server=(talk["host"], talk["port"]),
        turn_username=talk["username"],
        turn_password=talk["credential"],
        turn_transport=talk["transport"],
        use_ipv6=False,
        transport_policy=TransportPolicy.RELAY,
    )


async def connect():
    a, b = agent(True), agent(False)
    await asyncio.gather(a.gather_candidates(), b.gather_candidates())
    for one, other in ((a, b), (b, a)):
        relayed = [c for c in one.local_candidates if c.type == "relay"]
        if not relayed:
            raise ConnectionError("gathered no relayed candidate")
        for candidate in relayed:
            await other.add_remote_candidate(candidate)
        await other.add_remote_candidate(None)
        other.remote_username, other.remote_password = one.local_username, one.local_password
    await asyncio.gather(a.connect(), b.connect())
    return a, b


async def echo(b):
    while True:
        await b.send(await b.recv())


async def listen(a, first):
    while True:
        await a.recv()
        run["echoesMs"].append(now())
        first.set()


async def speak(a):
    count = 0
    while True:
        await a.send(str(count).encode())
        count += 1
        await asyncio.sleep(talk["everyMs"] / 1000)


async def converse(a, b):
    first = asyncio.Event()
    tasks = [asyncio.ensure_future(work) for work in (echo(b), listen(a, first), speak(a))]
    left = talk["setUpMs"] / 1000 - (time.monotonic() - started)
    heard = asyncio.ensure_future(first.wait())
    done, _ = await asyncio.wait([heard, *tasks], timeout=left, return_when=asyncio.FIRST_COMPLETED)
    if heard in done:
        done, _ = await asyncio.wait(tasks, timeout=talk["talkMs"] / 1000, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        if task is not heard and task.exception() is not None:
            raise task.exception()


async def main():
    try:
        a, b = await asyncio.wait_for(connect(), talk["setUpMs"] / 1000)
        await converse(a, b)
    except asyncio.TimeoutError:
        pass
    except Exception as error:
        run["failedMs"] = now()
        run["failure"] = f"{type(error).__name__}: {error}"


loop = asyncio.new_event_loop()
loop.set_exception_handler(lambda *_: None)
loop.run_until_complete(main())
run["endedMs"] = now()
print(json.dumps(run), flush=True)
# Whatever still waits would keep the loop alive.
import os

os._exit(0)
