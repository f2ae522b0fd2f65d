"""Delays every packet that a namespace forwards: reads NFQUEUE over raw netlink, accepts each packet later.

usage: path-delay.py QUEUE MILLISECONDS    prints "ready" once packets are queued
The kernel keeps the packets (copy mode "meta"); only their numbers come here. Standard library only.
"""
import collections
import select
import socket
import struct
import sys
import time

queue, delay = int(sys.argv[1]), float(sys.argv[2]) / 1000
NETLINK_NETFILTER = 12
PACKET, VERDICT, CONFIG, VERDICT_BATCH = 0x300, 0x301, 0x302, 0x303
netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
netlink.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
netlink.bind((0, 0))


def attribute(kind, value):
    return struct.pack("=HH", 4 + len(value), kind) + value + b"\0" * (-len(value) % 4)


def send(kind, *attributes):
    body = struct.pack(">BBH", 0, 0, queue) + b"".join(attributes)
    netlink.send(struct.pack("=LHHLL", 16 + len(body), kind, 1, 0, 0) + body)


send(CONFIG, attribute(1, struct.pack(">BBH", 1, 0, 0)))  # bind
send(CONFIG, attribute(2, struct.pack(">LB", 0, 1)))  # copy only what describes a packet
send(CONFIG, attribute(3, struct.pack(">L", 60000)))  # queue length
print("ready", flush=True)

waiting = collections.deque()
while True:
    now = time.monotonic()
    last = None
    while waiting and waiting[0][0] <= now:
        last = waiting.popleft()[1]
    if last is not None:  # everything up to that number is accepted
        send(VERDICT_BATCH, attribute(2, struct.pack(">LL", 1, last)))
    timeout = max(0, waiting[0][0] - time.monotonic()) if waiting else None
    if not select.select([netlink], [], [], timeout)[0]:
        continue
    try:
        data = netlink.recv(262144)
    except OSError:  # ENOBUFS: the kernel dropped notices
        continue
    due = time.monotonic() + delay
    while len(data) >= 20:
        length, kind = struct.unpack_from("=LH", data)
        if kind == PACKET:
            at = 20
            while at + 4 <= length:
                size, name = struct.unpack_from("=HH", data, at)
                if name & 0x7FFF == 1:
                    waiting.append((due, struct.unpack_from(">L", data, at + 4)[0]))
                    break
                at += (size + 3) & ~3
        data = data[(length + 3) & ~3 :]
