wit_bindgen::generate!({ path: "../../wit/asynchronous.wit", world: "asynchronous", generate_all });

use demo::asynchronous::host;
use exports::demo::asynchronous::tasks::Guest;
use wit_bindgen::{FutureReader, StreamReader};

struct Tasks;

impl Guest for Tasks {
    async fn wait(value: u32) -> u32 {
        host::later(value).await + 1
    }

    async fn sum(count: u32) -> u32 {
        let asked: Vec<_> = (0..count).map(|value| Box::pin(host::later(value))).collect();
        all(asked).await.into_iter().sum()
    }

    async fn count(limit: u32) -> StreamReader<u32> {
        let (mut writer, reader) = wit_stream::new();
        wit_bindgen::spawn_local(async move {
            for number in 0..limit {
                if writer.write_one(number).await.is_some() {
                    return; // nobody reads any more
                }
            }
        });
        reader
    }

    async fn total(numbers: StreamReader<u32>) -> u64 {
        add_up(numbers).await
    }

    async fn double(mut numbers: StreamReader<u32>) -> StreamReader<u32> {
        let (mut writer, reader) = wit_stream::new();
        wit_bindgen::spawn_local(async move {
            while let Some(number) = numbers.next().await {
                if writer.write_one(number * 2).await.is_some() {
                    return;
                }
            }
        });
        reader
    }

    async fn sum_host(limit: u32) -> u64 {
        add_up(host::numbers(limit).await).await
    }

    async fn later(value: String) -> FutureReader<String> {
        let (writer, reader) = wit_future::new(|| String::from("never written"));
        wit_bindgen::spawn_local(async move {
            let _ = writer.write(value).await;
        });
        reader
    }

    async fn both(a: FutureReader<u32>, b: FutureReader<u32>) -> u32 {
        a.await + b.await
    }

    async fn fail(text: String) -> Result<u32, String> {
        host::later(0).await;
        Err(text)
    }
}

async fn add_up(mut numbers: StreamReader<u32>) -> u64 {
    let mut sum = 0;
    while let Some(number) = numbers.next().await {
        sum += u64::from(number);
    }
    sum
}

/// Waits for all of them at once.
async fn all<F: std::future::Future + Unpin>(mut futures: Vec<F>) -> Vec<F::Output> {
    let mut done: Vec<Option<F::Output>> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(move |context| {
        for (future, slot) in futures.iter_mut().zip(&mut done) {
            if slot.is_none() {
                if let std::task::Poll::Ready(value) = std::pin::Pin::new(future).poll(context) {
                    *slot = Some(value);
                }
            }
        }
        if done.iter().all(Option::is_some) {
            std::task::Poll::Ready(done.iter_mut().filter_map(Option::take).collect())
        } else {
            std::task::Poll::Pending
        }
    })
    .await
}

export!(Tasks);
