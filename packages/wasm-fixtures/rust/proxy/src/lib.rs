//! A server of the world `wasi:http/proxy`: each path shows one thing that handlers do, or should not do.

use std::sync::atomic::{AtomicU32, Ordering};

use wasip2::cli::environment::get_environment;
use wasip2::clocks::monotonic_clock::subscribe_duration;
use wasip2::exports::http::incoming_handler::Guest;
use wasip2::http::outgoing_handler;
use wasip2::http::types::{
    ErrorCode, Fields, IncomingBody, IncomingRequest, Method, OutgoingBody, OutgoingRequest, OutgoingResponse,
    ResponseOutparam, Scheme,
};
use wasip2::io::streams::{InputStream, OutputStream, StreamError};

struct Proxy;

/// How many requests this instance has served.
static VISITS: AtomicU32 = AtomicU32::new(0);

wasip2::http::proxy::export!(Proxy);

impl Guest for Proxy {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let target = request.path_with_query().unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        match path {
            "/" => text(out, 200, "hello"),
            "/request" => text(out, 200, &describe(&request)),
            "/visits" => text(out, 200, &VISITS.fetch_add(1, Ordering::Relaxed).to_string()),
            "/environment" => text(out, 200, &format!("{:?}", get_environment())),
            "/status" => text(out, query.parse().expect("a status"), ""),
            "/echo" => echo(request, out),
            "/count" => count(request, out),
            "/early" => early(request, out),
            "/large" => large(out, query.parse().expect("a length")),
            "/sleep" => {
                subscribe_duration(query.parse::<u64>().expect("milliseconds") * 1_000_000).block();
                text(out, 200, "slept");
            }
            "/forward" => forward(out, query),
            "/error" => ResponseOutparam::set(out, Err(ErrorCode::InternalError(Some(String::from("of the inside"))))),
            "/never" => drop(out),
            "/no-body" => ResponseOutparam::set(out, Ok(OutgoingResponse::new(Fields::new()))),
            "/panic" => panic!("a secret of the inside"),
            "/late-panic" => {
                let (body, stream) = begin(out, 200, &[]);
                stream.blocking_write_and_flush(b"begun").expect("a reader");
                panic!("after {body:?} was begun");
            }
            "/unfinished" => {
                let (body, stream) = begin(out, 200, &[]);
                stream.blocking_write_and_flush(b"begun").expect("a reader");
                drop(stream);
                drop(body);
            }
            "/short" => {
                let (body, stream) = begin(out, 200, &[("content-length", "10")]);
                stream.blocking_write_and_flush(b"four").expect("a reader");
                drop(stream);
                let _ = OutgoingBody::finish(body, None);
            }
            "/loop" => loop {
                std::hint::spin_loop();
            },
            "/late-loop" => {
                let (_body, stream) = begin(out, 200, &[]);
                stream.blocking_write_and_flush(b"begun").expect("a reader");
                loop {
                    std::hint::spin_loop();
                }
            }
            "/endless" => {
                let (_body, stream) = begin(out, 200, &[]);
                while stream.blocking_write_and_flush(&[b'x'; 4096]).is_ok() {}
                println!("the reader has gone");
            }
            "/memory" => {
                let mut held = Vec::new();
                loop {
                    held.push(vec![1_u8; 1 << 20]);
                }
            }
            "/exit" => wasip2::cli::exit::exit(Err(())),
            _ => text(out, 404, "nothing is here"),
        }
    }
}

fn begin(out: ResponseOutparam, status: u16, headers: &[(&str, &str)]) -> (OutgoingBody, OutputStream) {
    let fields = Fields::new();
    for (name, value) in headers {
        fields.append(name, value.as_bytes()).expect("a sound field");
    }
    let response = OutgoingResponse::new(fields);
    response.set_status_code(status).expect("a status");
    let body = response.body().expect("its one body");
    ResponseOutparam::set(out, Ok(response));
    let stream = body.write().expect("its one stream");
    (body, stream)
}

fn write_all(stream: &OutputStream, bytes: &[u8]) {
    for part in bytes.chunks(4096) {
        stream.blocking_write_and_flush(part).expect("a reader");
    }
}

fn text(out: ResponseOutparam, status: u16, text: &str) {
    let (body, stream) = begin(out, status, &[("content-type", "text/plain"), ("x-twice", "1"), ("x-twice", "2")]);
    write_all(&stream, text.as_bytes());
    drop(stream);
    OutgoingBody::finish(body, None).expect("a body as long as it said");
}

fn describe(request: &IncomingRequest) -> String {
    let mut lines = vec![
        format!("{:?} {:?}", request.method(), request.path_with_query()),
        format!("{:?} {:?}", request.scheme(), request.authority()),
    ];
    for (name, value) in request.headers().entries() {
        lines.push(format!("{name}: {}", String::from_utf8_lossy(&value)));
    }
    lines.join("\n")
}

fn parts(stream: &InputStream, mut each: impl FnMut(Vec<u8>)) -> Result<(), String> {
    loop {
        match stream.blocking_read(64 * 1024) {
            Ok(part) => each(part),
            Err(StreamError::Closed) => return Ok(()),
            Err(StreamError::LastOperationFailed(error)) => return Err(error.to_debug_string()),
        }
    }
}

/// Sends each part of the body back as it comes, and its trailers after it.
fn echo(request: IncomingRequest, out: ResponseOutparam) {
    let incoming = request.consume().expect("its one body");
    let (body, stream) = begin(out, 200, &[]);
    let input = incoming.stream().expect("its one stream");
    parts(&input, |part| write_all(&stream, &part)).expect("a whole body");
    drop((input, stream));
    let trailers = IncomingBody::finish(incoming);
    trailers.subscribe().block();
    let received = trailers.get().expect("they are there").expect("they are taken once").expect("no failure");
    let sent = received.map(|fields| Fields::from_list(&fields.entries()).expect("sound fields"));
    OutgoingBody::finish(body, sent).expect("a body of any length");
}

/// Reads all before it answers.
fn count(request: IncomingRequest, out: ResponseOutparam) {
    let incoming = request.consume().expect("its one body");
    let input = incoming.stream().expect("its one stream");
    let mut bytes = 0;
    match parts(&input, |part| bytes += part.len()) {
        Ok(()) => text(out, 200, &bytes.to_string()),
        Err(why) => {
            println!("the body broke: {why}");
            text(out, 400, &why);
        }
    }
}

/// Answers before it reads.
fn early(request: IncomingRequest, out: ResponseOutparam) {
    let (body, stream) = begin(out, 202, &[]);
    write_all(&stream, b"accepted ");
    let incoming = request.consume().expect("its one body");
    let input = incoming.stream().expect("its one stream");
    let mut bytes = 0;
    let _ = parts(&input, |part| bytes += part.len());
    write_all(&stream, bytes.to_string().as_bytes());
    drop(stream);
    OutgoingBody::finish(body, None).expect("a body of any length");
}

fn large(out: ResponseOutparam, length: usize) {
    let (body, stream) = begin(out, 200, &[("content-length", &length.to_string())]);
    let block = [b'a'; 64 * 1024];
    let mut left = length;
    while left > 0 {
        stream.subscribe().block();
        let room = usize::try_from(stream.check_write().expect("a reader")).expect("a length");
        let part = room.min(left).min(block.len());
        stream.write(&block[..part]).expect("a reader");
        left -= part;
    }
    stream.blocking_flush().expect("a reader");
    drop(stream);
    OutgoingBody::finish(body, None).expect("a body as long as it said");
}

/// Asks another server, and answers with its answer.
fn forward(out: ResponseOutparam, authority: &str) {
    let request = OutgoingRequest::new(Fields::new());
    request.set_method(&Method::Get).expect("a method");
    request.set_scheme(Some(&Scheme::Http)).expect("a scheme");
    request.set_authority(Some(authority)).expect("an authority");
    request.set_path_with_query(Some("/upstream")).expect("a path");
    let waiting = match outgoing_handler::handle(request, None) {
        Ok(waiting) => waiting,
        Err(code) => return text(out, 502, &format!("{code:?}")),
    };
    waiting.subscribe().block();
    let answer = waiting.get().expect("it is there").expect("it is taken once");
    let response = match answer {
        Ok(response) => response,
        Err(code) => return text(out, 502, &format!("{code:?}")),
    };
    let incoming = response.consume().expect("its one body");
    let input = incoming.stream().expect("its one stream");
    let (body, stream) = begin(out, response.status(), &[]);
    parts(&input, |part| write_all(&stream, &part)).expect("a whole body");
    drop(stream);
    OutgoingBody::finish(body, None).expect("a body of any length");
}
