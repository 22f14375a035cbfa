//! A server of wasi:http that asks its host for what it answers.

wit_bindgen::generate!({ path: "../../wit/site.wit", world: "site" });

use wasip2::exports::http::incoming_handler::Guest;
use wasip2::http::types::{Fields, IncomingRequest, OutgoingBody, OutgoingResponse, ResponseOutparam};

struct Site;

wasip2::http::proxy::export!(Site);

impl Guest for Site {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let (status, text) = match find(&request.path_with_query().unwrap_or_default()) {
            Ok(page) => (200, format!("{}: {} views", page.title, page.views)),
            Err(why) => (404, why),
        };
        let response = OutgoingResponse::new(Fields::new());
        response.set_status_code(status).expect("a status");
        let body = response.body().expect("its one body");
        ResponseOutparam::set(out, Ok(response));
        let stream = body.write().expect("its one stream");
        stream.blocking_write_and_flush(text.as_bytes()).expect("a reader");
        drop(stream);
        OutgoingBody::finish(body, None).expect("a body of any length");
    }
}
