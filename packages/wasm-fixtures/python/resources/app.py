from counters import Counter
from wit_world import exports
from wit_world.imports import storage


class Counters(exports.Counters):
    kept: storage.Bucket | None = None

    def live(self) -> int:
        return Counter.live

    def make(self, initials: list[int]) -> list[Counter]:
        return [Counter(initial) for initial in initials]

    def largest(self, counters: list[Counter]) -> Counter | None:
        return max(counters, key=Counter.value, default=None)

    def open_bucket(self, name: str) -> storage.Bucket:
        bucket = storage.open(name)
        bucket.put("made", 1)
        return bucket

    def fill(self, bucket: storage.Bucket, count: int) -> int:
        for index in range(count):
            bucket.put(f"k{index}", index)
        return storage.Bucket.size(bucket)

    def keep(self, bucket: storage.Bucket) -> None:
        if Counters.kept is not None:
            Counters.kept.__exit__(None, None, None)
        Counters.kept = bucket
