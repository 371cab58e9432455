use alloy_rpc_types_engine::JwtSecret;
use http::{Request, Response, StatusCode, header};
use jsonrpsee::server::HttpBody;
use tower_http::validate_request::ValidateRequest;

/// Lets a request pass whose `Authorization: Bearer` token is signed with the secret and a minute old at most
/// (execution-apis, `engine/authentication.md`).
#[derive(Clone, Debug)]
pub(super) struct Authorization(pub(super) JwtSecret);

impl<B> ValidateRequest<B> for Authorization {
    type ResponseBody = HttpBody;

    fn validate(&mut self, request: &mut Request<B>) -> Result<(), Response<HttpBody>> {
        let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|value| value.strip_prefix("Bearer "));
        match token.map(|token| self.0.validate(token)) {
            Some(Ok(())) => Ok(()),
            _ => Err(refusal()),
        }
    }
}

fn refusal() -> Response<HttpBody> {
    let mut response = Response::new(HttpBody::from("missing or invalid token\n"));
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    response
}
