from wit_world.exports import counters


class Counter(counters.Counter):
    live = 0

    def __init__(self, initial: int):
        Counter.live += 1
        self.count = initial

    def __del__(self):
        Counter.live -= 1

    def increment(self, by: int) -> int:
        self.count += by
        return self.count

    def value(self) -> int:
        return self.count

    @classmethod
    def add(cls, a: "Counter", b: "Counter") -> "Counter":
        return cls(a.count + b.count)
