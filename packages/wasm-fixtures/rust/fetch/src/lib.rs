wit_bindgen::generate!({ path: "../../wit/fetch.wit", world: "fetch" });

use wasip2::http::outgoing_handler;
use wasip2::http::types::{Fields, IncomingResponse, Method, OutgoingRequest, Scheme};
use wasip2::io::streams::StreamError;

struct Fetch;

impl Guest for Fetch {
    fn get(authority: String, path: String) -> Result<(u16, String), String> {
        let request = OutgoingRequest::new(Fields::new());
        let refused = |()| String::from("the request is refused");
        request.set_method(&Method::Get).map_err(refused)?;
        request.set_scheme(Some(&Scheme::Http)).map_err(refused)?;
        request.set_authority(Some(&authority)).map_err(refused)?;
        request.set_path_with_query(Some(&path)).map_err(refused)?;
        let response = outgoing_handler::handle(request, None).map_err(|error| format!("{error:?}"))?;
        response.subscribe().block();
        let response = response.get().expect("it is ready").expect("it is taken once").map_err(|error| format!("{error:?}"))?;
        let text = String::from_utf8(body(&response)?).map_err(|error| error.to_string())?;
        Ok((response.status(), text))
    }
}

fn body(response: &IncomingResponse) -> Result<Vec<u8>, String> {
    let body = response.consume().map_err(|()| String::from("the body is taken"))?;
    let stream = body.stream().map_err(|()| String::from("the stream is taken"))?;
    let mut all = Vec::new();
    loop {
        match stream.blocking_read(64 * 1024) {
            Ok(bytes) => all.extend(bytes),
            Err(StreamError::Closed) => return Ok(all),
            Err(StreamError::LastOperationFailed(error)) => return Err(error.to_debug_string()),
        }
    }
}

export!(Fetch);
