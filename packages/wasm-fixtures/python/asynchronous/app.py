import asyncio

import componentize_py_async_support
import wit_world
from componentize_py_async_support.futures import FutureReader, FutureWriter
from componentize_py_async_support.streams import StreamReader, StreamWriter
from componentize_py_types import Err
from wit_world import exports
from wit_world.imports import host


async def each(reader: StreamReader[int]):
    with reader:
        while not reader.writer_dropped:
            for number in await reader.read(16):
                yield number


async def write_numbers(writer: StreamWriter[int], limit: int) -> None:
    with writer:
        await writer.write_all(list(range(limit)))


async def write_doubles(reader: StreamReader[int], writer: StreamWriter[int]) -> None:
    with writer:
        async for number in each(reader):
            await writer.write_all([2 * number])


async def write_answer(writer: FutureWriter[str], value: str) -> None:
    with writer:
        await writer.write(value)


class Tasks(exports.Tasks):
    async def wait(self, value: int) -> int:
        return await host.later(value) + 1

    async def sum(self, count: int) -> int:
        return sum(await asyncio.gather(*(host.later(number) for number in range(count))))

    async def count(self, limit: int) -> StreamReader[int]:
        writer, reader = wit_world.u32_stream()
        componentize_py_async_support.spawn(write_numbers(writer, limit))
        return reader

    async def total(self, numbers: StreamReader[int]) -> int:
        return sum([number async for number in each(numbers)])

    async def double(self, numbers: StreamReader[int]) -> StreamReader[int]:
        writer, reader = wit_world.u32_stream()
        componentize_py_async_support.spawn(write_doubles(numbers, writer))
        return reader

    async def sum_host(self, limit: int) -> int:
        return await self.total(await host.numbers(limit))

    async def later(self, value: str) -> FutureReader[str]:
        writer, reader = wit_world.string_future(lambda: "nothing")
        componentize_py_async_support.spawn(write_answer(writer, value))
        return reader

    async def both(self, a: FutureReader[int], b: FutureReader[int]) -> int:
        return sum(await asyncio.gather(a.read(), b.read()))

    async def fail(self, text: str) -> int:
        raise Err(text)
