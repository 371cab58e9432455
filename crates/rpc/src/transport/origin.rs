use crate::config::Cors;
use http::{HeaderMap, Method, header};
use std::time::Duration;
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

/// How long a browser remembers that it may ask.
const PREFLIGHT_LIFETIME: Duration = Duration::from_secs(600);

/// Which web pages may read answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origins {
    Nobody,
    Anyone,
    Listed(Vec<String>),
}

impl Origins {
    pub(crate) fn new(cors: &Cors, insecure: bool) -> Self {
        match cors {
            Cors::ByGenesis if insecure => Self::Anyone,
            Cors::ByGenesis | Cors::Nobody => Self::Nobody,
            Cors::Anyone => Self::Anyone,
            Cors::Origins(origins) => Self::Listed(origins.clone()),
        }
    }

    /// CORS headers. Credentials are never allowed with `*`: a page cannot borrow the visitor's session.
    pub(crate) fn layer(&self) -> CorsLayer {
        let origin = match self {
            // The default allows no origin.
            Self::Nobody => return CorsLayer::new(),
            Self::Anyone => AllowOrigin::any(),
            Self::Listed(origins) => AllowOrigin::list(origins.iter().filter_map(|origin| origin.parse().ok())),
        };
        CorsLayer::new()
            .allow_origin(origin)
            .allow_methods([Method::POST, Method::GET])
            .allow_headers(AllowHeaders::mirror_request())
            .max_age(PREFLIGHT_LIFETIME)
    }

    /// Whether a WebSocket may be opened: browsers ask no permission for those, they only say
    /// where the page comes from. Programs say nothing.
    pub(crate) fn allow_upgrade(&self, headers: &HeaderMap) -> bool {
        let Some(origin) = headers.get(header::ORIGIN) else { return true };
        match self {
            Self::Nobody => false,
            Self::Anyone => true,
            Self::Listed(origins) => origins.iter().any(|listed| listed.as_bytes() == origin.as_bytes()),
        }
    }
}
