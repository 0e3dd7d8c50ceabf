import asyncio


async def work(values):
    await asyncio.sleep(0)
    return [2 * value for value in values]


def double(values):
    return asyncio.run(work(values))
