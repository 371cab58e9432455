//! Encrypted keys (Web3 Secret Storage), as `althing account` reads and writes them.

use crate::{
    case::{Case, members, same},
    json::Blob,
};
use alloy_signer_local::PrivateKeySigner;
use althing_primitives::hex;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use std::{io::Write, path::Path};

#[derive(Deserialize)]
struct Fixture {
    json: Box<RawValue>,
    password: String,
    #[serde(rename = "priv")]
    secret: Blob,
}

pub(crate) fn cases(_: &Path, json: &[u8]) -> Result<Vec<Case>, String> {
    let case = |(name, raw): (String, Box<RawValue>)| Case::new(name, move || play(&raw));
    Ok(members(json)?.into_iter().map(case).collect())
}

fn play(raw: &RawValue) -> Result<(), String> {
    let fixture: Fixture = serde_json::from_str(raw.get()).map_err(|error| error.to_string())?;
    let signer = decrypt(fixture.json.get(), fixture.password.as_bytes())?;
    same("the key", hex::encode(signer.to_bytes()), hex::encode(&fixture.secret.0))?;
    match decrypt(fixture.json.get(), b"not the password") {
        Ok(_) => Err("opens with another password".into()),
        Err(_) => Ok(()),
    }
}

/// Opens a key file's text. Names of members in capital letters, as early clients wrote them, are as good (geth reads them).
pub(crate) fn decrypt(json: &str, password: &[u8]) -> Result<PrivateKeySigner, String> {
    let value = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let json = lower_case(value).to_string();
    let mut file = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
    file.write_all(json.as_bytes()).map_err(|error| error.to_string())?;
    PrivateKeySigner::decrypt_keystore(file.path(), password).map_err(|error| error.to_string())
}

fn lower_case(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(name, value)| (name.to_lowercase(), lower_case(value))).collect())
        }
        other => other,
    }
}
