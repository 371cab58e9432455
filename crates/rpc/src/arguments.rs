use crate::{block_ref::DecodeText, error::RpcError, hex_text};
use althing_primitives::{Address, B256, Bytes, U256};
use jsonrpsee::types::Params;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::{borrow::Cow, vec};

/// A call's positional arguments, taken one by one. A missing `params`, `null` and `[]` are the same.
#[derive(Debug)]
pub(crate) struct Arguments<'a> {
    values: vec::IntoIter<&'a RawValue>,
    next: usize,
}

/// Something a positional argument can be.
pub(crate) trait Argument: Sized {
    /// Reads it; the error is geth's text after `invalid argument N: `.
    fn decode(raw: &RawValue) -> Result<Self, Cow<'static, str>>;
}

impl<'a> Arguments<'a> {
    /// Splits the array. `max` is how many the method takes.
    pub(crate) fn new(params: &'a Params<'_>, max: usize) -> Result<Self, RpcError> {
        let text = params.as_str().unwrap_or("[]");
        let values = match text.as_bytes().first() {
            Some(b'[') => {
                serde_json::from_str::<Vec<&RawValue>>(text).map_err(|_| RpcError::arguments("invalid params"))?
            }
            Some(b'n') | None => Vec::new(),
            Some(_) => return Err(RpcError::arguments("non-array args")),
        };
        if values.len() > max {
            return Err(RpcError::TooMany(max));
        }
        Ok(Self { values: values.into_iter(), next: 0 })
    }

    /// The next argument, which must be there and not null.
    pub(crate) fn required<T: Argument>(&mut self) -> Result<T, RpcError> {
        let index = self.next;
        self.optional()?.ok_or(RpcError::Missing(index))
    }

    /// The next argument; `None` where it is missing or null.
    pub(crate) fn optional<T: Argument>(&mut self) -> Result<Option<T>, RpcError> {
        let index = self.next;
        self.next += 1;
        match self.values.next() {
            None => Ok(None),
            Some(raw) if raw.get() == "null" => Ok(None),
            Some(raw) => T::decode(raw).map(Some).map_err(|reason| RpcError::Argument { index, reason }),
        }
    }
}

/// An argument that is read by serde, in the form its type defines.
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> Argument for Json<T> {
    fn decode(raw: &RawValue) -> Result<Self, Cow<'static, str>> {
        serde_json::from_str(raw.get()).map(Self).map_err(|error| Cow::Owned(without_position(&error)))
    }
}

/// serde's message without "at line 1 column 7": positions inside one argument help nobody.
fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}

impl Argument for bool {
    fn decode(raw: &RawValue) -> Result<Self, Cow<'static, str>> {
        match raw.get() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err("json: cannot unmarshal value into Go value of type bool".into()),
        }
    }
}

impl Argument for String {
    fn decode(raw: &RawValue) -> Result<Self, Cow<'static, str>> {
        <Cow<'_, str>>::decode_text(raw).map(Cow::into_owned)
    }
}

/// Implements [`Argument`] through a text parser.
macro_rules! from_text {
    ($($type:ty => $parse:path),* $(,)?) => {$(
        impl Argument for $type {
            fn decode(raw: &RawValue) -> Result<Self, Cow<'static, str>> {
                $parse(&<Cow<'_, str>>::decode_text(raw)?)
            }
        }
    )*};
}

from_text! {
    Address => hex_text::address,
    B256 => hex_text::hash,
    Bytes => hex_text::bytes,
    u64 => hex_text::u64,
    U256 => hex_text::u256,
}

/// A count that old clients send as a JSON number and new ones as a hex quantity.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Count(pub(crate) u64);

impl Argument for Count {
    fn decode(raw: &RawValue) -> Result<Self, Cow<'static, str>> {
        if let Ok(number) = raw.get().parse() {
            return Ok(Self(number));
        }
        let text = <Cow<'_, str>>::decode_text(raw)?;
        text.parse().or_else(|_| hex_text::u64(&text)).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_null_and_empty_params_are_no_arguments() {
        for text in [None, Some("[]"), Some("null")] {
            let params = Params::new(text);
            let mut arguments = Arguments::new(&params, 1).unwrap();
            assert_eq!(arguments.optional::<u64>().unwrap(), None);
        }
    }

    #[test]
    fn errors_name_the_argument() {
        let params = Params::new(Some(r#"["0x1", "2"]"#));
        let mut arguments = Arguments::new(&params, 3).unwrap();
        assert_eq!(arguments.required::<u64>().unwrap(), 1);
        assert_eq!(
            arguments.required::<u64>().unwrap_err().to_string(),
            "invalid argument 1: hex string without 0x prefix"
        );
        assert_eq!(arguments.required::<u64>().unwrap_err().to_string(), "missing value for required argument 2");
    }

    #[test]
    fn too_many_and_named_arguments_are_refused() {
        let params = Params::new(Some("[1,2]"));
        assert_eq!(Arguments::new(&params, 1).unwrap_err().to_string(), "too many arguments, want at most 1");
        let params = Params::new(Some(r#"{"a":1}"#));
        assert_eq!(Arguments::new(&params, 1).unwrap_err().to_string(), "non-array args");
    }

    #[test]
    fn deep_nesting_is_an_error_and_no_overflow() {
        let text = format!("[{}{}]", "[".repeat(100_000), "]".repeat(100_000));
        let params = Params::new(Some(&text));
        let mut arguments = Arguments::new(&params, 1).unwrap();
        assert!(arguments.required::<Json<serde_json::Value>>().is_err());
    }
}
