wit_bindgen::generate!({ path: "../../wit/resources.wit", world: "resources", generate_all });

use demo::resources::storage::{self, Bucket};
use exports::demo::resources::counters::{Counter, CounterBorrow, Guest, GuestCounter};
use std::cell::{Cell, RefCell};

thread_local! {
    static LIVE: Cell<u32> = const { Cell::new(0) };
    static KEPT: RefCell<Option<Bucket>> = const { RefCell::new(None) };
}

struct Resources;

struct Count(Cell<u32>);

impl Count {
    fn made(value: u32) -> Self {
        LIVE.set(LIVE.get() + 1);
        Count(Cell::new(value))
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        LIVE.set(LIVE.get() - 1);
    }
}

impl GuestCounter for Count {
    fn new(initial: u32) -> Self {
        Count::made(initial)
    }

    fn increment(&self, by: u32) -> u32 {
        self.0.set(self.0.get() + by);
        self.0.get()
    }

    fn value(&self) -> u32 {
        self.0.get()
    }

    fn add(a: Counter, b: CounterBorrow<'_>) -> Counter {
        Counter::new(Count::made(a.get::<Count>().value() + b.get::<Count>().value()))
    }
}

impl Guest for Resources {
    type Counter = Count;

    fn live() -> u32 {
        LIVE.get()
    }

    fn make(initials: Vec<u32>) -> Vec<Counter> {
        initials.into_iter().map(|initial| Counter::new(Count::made(initial))).collect()
    }

    fn largest(counters: Vec<Counter>) -> Option<Counter> {
        counters.into_iter().max_by_key(|counter| counter.get::<Count>().value())
    }

    fn open_bucket(name: String) -> Bucket {
        let bucket = storage::open(&name);
        bucket.put("made", 1);
        bucket
    }

    fn fill(bucket: &Bucket, count: u32) -> u32 {
        for index in 0..count {
            bucket.put(&format!("k{index}"), index);
        }
        Bucket::size(bucket)
    }

    fn keep(bucket: Bucket) {
        KEPT.replace(Some(bucket));
    }
}

export!(Resources);
