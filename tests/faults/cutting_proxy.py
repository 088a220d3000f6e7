#!/usr/bin/env python3
"""Carries connections. From SIGUSR1 to SIGUSR2 it cuts and delays them at random; from SIGHUP on every answer is late.

    cutting_proxy.py SEED LATE FROM=TO...     FROM and TO are 127.0.0.1:PORT or the path of a Unix socket

While it cuts, a connection lives for LIFE seconds on average; half of them fall silent for a while before they break. One
piece of data in twenty is late. At SIGUSR2 it says what it did. At SIGHUP it reads from the file LATE by how many seconds
all that comes back is held up, and says so.
"""

import asyncio
import random
import signal
import sys
from pathlib import Path

LIFE = 3.0
SILENCE = 0.5
DELAY = 0.1

dice = random.Random(int(sys.argv[1]))
late = 0.0
cutting = asyncio.Event()
done = {"carried": 0, "cut": 0, "delayed": 0}


async def carry(reader, writer, gate, answers=False):
    while data := await reader.read(65536):
        await gate.wait()
        if answers and late > 0:
            await asyncio.sleep(late)
        if cutting.is_set() and dice.random() < 0.05:
            done["delayed"] += 1
            await asyncio.sleep(dice.random() * DELAY)
        writer.write(data)
        await writer.drain()


async def cut_some_day(gate):
    await cutting.wait()
    await asyncio.sleep(dice.expovariate(1 / LIFE))
    if not cutting.is_set():
        await asyncio.Event().wait()
    if dice.random() < 0.5:
        gate.clear()
        await asyncio.sleep(dice.random() * SILENCE)
    done["cut"] += 1


async def connect(place):
    if place.startswith("/"):
        return await asyncio.open_unix_connection(place)
    host, port = place.split(":")
    return await asyncio.open_connection(host, int(port))


async def serve(to, near_reader, near_writer):
    writers, tasks = [near_writer], []
    try:
        far_reader, far_writer = await connect(to)
        writers.append(far_writer)
        done["carried"] += 1
        gate = asyncio.Event()
        gate.set()
        tasks = [asyncio.ensure_future(job) for job in
                 (carry(near_reader, far_writer, gate), carry(far_reader, near_writer, gate, answers=True), cut_some_day(gate))]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    except OSError:
        pass
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in writers:
            writer.transport.abort()


def stop_cutting():
    cutting.clear()
    print(", ".join(f"{count} {what}" for what, count in done.items()), flush=True)


def be_late():
    global late
    late = float(Path(sys.argv[2]).read_text(encoding="utf-8"))
    print(f"answers are {late} s late", flush=True)


async def main():
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, cutting.set)
    loop.add_signal_handler(signal.SIGUSR2, stop_cutting)
    loop.add_signal_handler(signal.SIGHUP, be_late)
    for route in sys.argv[3:]:
        place, to = route.split("=")

        async def accept(reader, writer, to=to):
            await serve(to, reader, writer)

        if place.startswith("/"):
            await asyncio.start_unix_server(accept, place)
        else:
            await asyncio.start_server(accept, *place.split(":"))
    print("ready", flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
