"""Delays packets: reads NFQUEUE over raw netlink, accepts each packet when its time has come.

usage: line-delay.py QUEUE:MILLISECONDS:JITTER ...     prints "ready" once packets are queued
The kernel keeps the packets (copy mode "meta"); only their numbers come here. Standard library only.
"""
import heapq
import random
import select
import socket
import struct
import sys
import time

NETLINK_NETFILTER = 12
PACKET, VERDICT, CONFIG = 0x300, 0x301, 0x302  # linux/netfilter/nfnetlink_queue.h
ACCEPT = 1
delays = {}
for text in sys.argv[1:]:
    number, milliseconds, jitter = text.split(":")
    delays[int(number)] = (float(milliseconds) / 1000, float(jitter) / 1000)

netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
netlink.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
netlink.bind((0, 0))


def attribute(kind, value):
    return struct.pack("=HH", 4 + len(value), kind) + value + b"\0" * (-len(value) % 4)


def message(kind, queue, value):
    body = struct.pack(">BBH", 0, 0, queue) + value
    return struct.pack("=LHHLL", 16 + len(body), kind, 1, 0, 0) + body


for queue in delays:
    netlink.send(message(CONFIG, queue, attribute(1, struct.pack(">BBH", 1, 0, 0))))  # bind
    netlink.send(message(CONFIG, queue, attribute(2, struct.pack(">LB", 0, 1))))  # no payload
    netlink.send(message(CONFIG, queue, attribute(3, struct.pack(">L", 60000))))  # queue length
print("ready", flush=True)


def packets(data):
    """Queue and number of each packet that the kernel tells of."""
    while len(data) >= 20:
        length, kind = struct.unpack_from("=LH", data)
        (queue,) = struct.unpack_from(">H", data, 18)
        at = 20
        while kind == PACKET and at + 4 <= length:
            size, name = struct.unpack_from("=HH", data, at)
            if name & 0x7FFF == 1:
                yield queue, struct.unpack_from(">L", data, at + 4)[0]
                break
            at += (size + 3) & ~3
        data = data[(length + 3) & ~3 :]


waiting = []
while True:
    now = time.monotonic()
    while waiting and waiting[0][0] <= now:
        _, queue, number = heapq.heappop(waiting)
        netlink.send(message(VERDICT, queue, attribute(2, struct.pack(">LL", ACCEPT, number))))
    timeout = max(0, waiting[0][0] - time.monotonic()) if waiting else None
    if not select.select([netlink], [], [], timeout)[0]:
        continue
    try:
        data = netlink.recv(262144)
    except OSError:  # ENOBUFS: the kernel dropped notices
        continue
    arrived = time.monotonic()
    for queue, number in packets(data):
        delay, jitter = delays[queue]
        heapq.heappush(waiting, (arrived + delay + random.random() * jitter, queue, number))
