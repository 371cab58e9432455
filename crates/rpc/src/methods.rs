use crate::{api::Api, arguments::Arguments, chain::Reach, error::RpcError};
use jsonrpsee::{RpcModule, types::Params};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use std::{io, sync::Arc};

/// The table of methods while it is filled. Each namespace adds its own.
#[derive(Debug)]
pub(crate) struct Methods {
    pub(crate) module: RpcModule<Api>,
}

/// What a method that reads the chain works on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reads<'a> {
    pub(crate) api: &'a Api,
    pub(crate) reach: Reach,
}

impl Methods {
    pub(crate) fn new(api: Arc<Api>) -> Self {
        Self { module: RpcModule::from_arc(api) }
    }

    /// A method that only looks at memory and is done in microseconds.
    pub(crate) fn inline<R>(
        &mut self,
        name: &'static str,
        arguments_max: usize,
        body: fn(&Api, &mut Arguments<'_>) -> Result<R, RpcError>,
    ) where
        R: Serialize + Clone + Send + 'static,
    {
        let method =
            move |params: Params<'_>, api: &Api, _: &_| body(api, &mut Arguments::new(&params, arguments_max)?);
        self.module.register_method(name, method).expect("method names are distinct");
    }

    /// A method that mostly finds what it reads in memory: tried there first, and repeated on a
    /// worker where the disk is needed.
    pub(crate) fn reading<R>(
        &mut self,
        name: &'static str,
        arguments_max: usize,
        body: for<'a> fn(Reads<'a>, &mut Arguments<'_>) -> Result<R, RpcError>,
    ) where
        R: Serialize + Clone + Send + 'static,
    {
        let method = move |params: Params<'static>, api: Arc<Api>, _| async move {
            let reads = Reads { api: &api, reach: Reach::Memory };
            match body(reads, &mut Arguments::new(&params, arguments_max)?) {
                Err(RpcError::OnDisk) => on_worker(api.clone(), params, arguments_max, body).await,
                done => done.and_then(|result| to_raw(&result)),
            }
        };
        self.module.register_async_method(name, method).expect("method names are distinct");
    }

    /// A method that computes: always on a worker.
    pub(crate) fn working<R>(
        &mut self,
        name: &'static str,
        arguments_max: usize,
        body: for<'a> fn(Reads<'a>, &mut Arguments<'_>) -> Result<R, RpcError>,
    ) where
        R: Serialize + Clone + Send + 'static,
    {
        let method = move |params: Params<'static>, api: Arc<Api>, _| on_worker(api, params, arguments_max, body);
        self.module.register_async_method(name, method).expect("method names are distinct");
    }
}

/// Runs a body on a worker, the writing of its JSON included.
async fn on_worker<R>(
    api: Arc<Api>,
    params: Params<'static>,
    arguments_max: usize,
    body: for<'a> fn(Reads<'a>, &mut Arguments<'_>) -> Result<R, RpcError>,
) -> Result<Box<RawValue>, RpcError>
where
    R: Serialize + Send + 'static,
{
    let shared = api.clone();
    let job = move || {
        let reads = Reads { api: &shared, reach: Reach::Disk };
        let result = body(reads, &mut Arguments::new(&params, arguments_max)?)?;
        to_raw_within(&result, shared.config.limits.response_bytes as usize)
    };
    api.workers.run(job).await
}

pub(crate) fn to_raw<R: Serialize>(result: &R) -> Result<Box<RawValue>, RpcError> {
    to_raw_value(result).map_err(|_| RpcError::Internal("answer does not serialize"))
}

/// An answer's JSON of at most so many bytes: what computes can name far more than it holds.
fn to_raw_within<R: Serialize>(result: &R, most: usize) -> Result<Box<RawValue>, RpcError> {
    let mut out = Bounded { bytes: Vec::new(), most };
    match serde_json::to_writer(&mut out, result) {
        Ok(()) => {}
        Err(error) if error.is_io() => {
            return Err(RpcError::Limit(format!("answer is too large, at most {most} bytes").into()));
        }
        Err(_) => return Err(RpcError::Internal("answer does not serialize")),
    }
    let text = String::from_utf8(out.bytes).map_err(|_| RpcError::Internal("answer does not serialize"))?;
    RawValue::from_string(text).map_err(|_| RpcError::Internal("answer does not serialize"))
}

/// A buffer that refuses to grow past its bound.
struct Bounded {
    bytes: Vec<u8>,
    most: usize,
}

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > self.most - self.bytes.len() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
