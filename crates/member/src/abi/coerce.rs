use super::{
    catalog::{contract_named, contracts},
    variants::variants,
};
use alloy_dyn_abi::{DynSolType, DynSolValue, Specifier};
use alloy_json_abi::{Function, Param};
use althing_primitives::hex;
use eyre::{WrapErr, ensure};

/// Values of a function's parameters from words of a command line.
///
/// Beside what the ABI's own text forms allow, a system contract may stand for its address (`Nodes`), a
/// signature for its selector (`addValidator(uint32,bytes32,string)`, `Nodes.addValidator`), and the word
/// of an enumeration for its number (`Threshold`), inside tuples and lists too.
///
/// # Errors
/// Too few or too many words, or one that is no value of its type.
pub(super) fn arguments(contract: &str, function: &Function, words: &[String]) -> eyre::Result<Vec<DynSolValue>> {
    let signature = function.signature();
    let (wanted, given) = (function.inputs.len(), words.len());
    ensure!(wanted == given, "{signature} takes {wanted} arguments, {given} were given");
    let value = |(param, word): (&Param, &String)| {
        let ty: DynSolType = param.resolve()?;
        let text = rewrite(contract, param, &ty, word);
        ty.coerce_str(&text).wrap_err_with(|| format!("{word:?} is no {ty}{}", described(contract, param)))
    };
    function.inputs.iter().zip(words).map(value).collect()
}

/// The name of the parameter and what it may say.
fn described(contract: &str, param: &Param) -> String {
    let words = variants(contract, &param.name).map(|words| format!(": {}", words.join(", "))).unwrap_or_default();
    if param.name.is_empty() { words } else { format!(" ({}{words})", param.name) }
}

/// `text` with our words replaced by what the ABI's text forms know.
fn rewrite(contract: &str, param: &Param, ty: &DynSolType, text: &str) -> String {
    let known = match ty {
        DynSolType::Uint(8) => number_of(contract, &param.name, text),
        DynSolType::Address => contract_named(text.trim()).map(|contract| contract.address.to_string()),
        DynSolType::FixedBytes(4) => selector_of(text.trim()),
        DynSolType::Tuple(types) | DynSolType::CustomStruct { tuple: types, .. } => {
            let each = |index: usize, item: &str| match (param.components.get(index), types.get(index)) {
                (Some(param), Some(ty)) => rewrite(contract, param, ty, item),
                _ => item.to_owned(),
            };
            inside(text, '(', ')', each)
        }
        DynSolType::Array(inner) | DynSolType::FixedArray(inner, _) => {
            inside(text, '[', ']', |_, item| rewrite(contract, param, inner, item))
        }
        _ => None,
    };
    known.unwrap_or_else(|| text.to_owned())
}

fn number_of(contract: &str, name: &str, text: &str) -> Option<String> {
    let place = variants(contract, name)?.iter().position(|word| word.eq_ignore_ascii_case(text.trim()))?;
    Some(place.to_string())
}

/// The selector of a signature, or of a name that one system contract has once.
fn selector_of(text: &str) -> Option<String> {
    if text.starts_with("0x") {
        return None;
    }
    let (owner, signature) = match text.split_once('.') {
        Some((owner, signature)) => (Some(contract_named(owner)?), signature),
        None => (None, text),
    };
    let selector = match owner {
        Some(owner) => owner.function(signature)?.selector(),
        None if signature.contains('(') => Function::parse(signature).ok()?.selector(),
        None => contracts().iter().find_map(|contract| contract.function(signature))?.selector(),
    };
    Some(hex::encode_prefixed(selector))
}

/// The items between a pair of brackets, each mapped; none where there are no such brackets.
fn inside(text: &str, open: char, close: char, each: impl Fn(usize, &str) -> String) -> Option<String> {
    let items = text.trim().strip_prefix(open)?.strip_suffix(close)?;
    let mapped = split(items).into_iter().enumerate().map(|(index, item)| each(index, item)).collect::<Vec<_>>();
    Some(format!("{open}{}{close}", mapped.join(",")))
}

/// At the commas outside of brackets and quotes.
fn split(items: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quote) = (Vec::new(), 0, 0_i32, None);
    for (at, c) in items.char_indices() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            (_, Some(_)) => {}
            ('"' | '\'', None) => quote = Some(c),
            ('(' | '[', None) => depth += 1,
            (')' | ']', None) => depth -= 1,
            (',', None) if depth == 0 => {
                parts.push(&items[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&items[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_dyn_abi::JsonAbiExt;

    fn encoded(contract: &str, function: &str, words: &[&str]) -> eyre::Result<String> {
        let contract = contract_named(contract).unwrap();
        let function = contract.function(function).unwrap();
        let words = words.iter().map(ToString::to_string).collect::<Vec<_>>();
        Ok(hex::encode(function.abi_encode_input(&arguments(contract.name, function, &words)?)?))
    }

    #[test]
    fn our_words_and_the_abis_own_say_the_same() {
        let words = ["Nodes", "Nodes.addValidator", "(Threshold, 3, 0, false, 86400, 0)"];
        let by_signature = ["Nodes", "addValidator(uint32,bytes32,string)", "(threshold,3,0,false,86400,0)"];
        let selector =
            hex::encode_prefixed(contract_named("Nodes").unwrap().function("addValidator").unwrap().selector());
        let plain = ["0xC0C0000000000000000000000000000000000003", &selector, "(1,3,0,false,86400,0)"];
        let expected = encoded("Governance", "setRule", &plain).unwrap();
        assert_eq!(encoded("Governance", "setRule", &words).unwrap(), expected);
        assert_eq!(encoded("Governance", "setRule", &by_signature).unwrap(), expected);
        assert_eq!(
            encoded("Parameters", "setFees", &["Eip1559", "1 gwei"]).unwrap(),
            encoded("Parameters", "setFees", &["1", "1000000000"]).unwrap()
        );
    }

    #[test]
    fn what_does_not_fit_is_refused_with_the_reason() {
        let error =
            |function: &str, words: &[&str]| format!("{:#}", encoded("Parameters", function, words).unwrap_err());
        assert_eq!(error("setBlockTime", &[]), "setBlockTime(uint32) takes 1 arguments, 0 were given");
        assert!(error("setBlockTime", &["soon"]).starts_with("\"soon\" is no uint32 (milliseconds)"));
        assert!(error("setFees", &["Free", "0"]).starts_with("\"Free\" is no uint8 (feeMode: Zero, Eip1559)"));
    }

    #[test]
    fn commas_inside_brackets_and_quotes_do_not_split() {
        assert_eq!(split("a,(b,c),[d,e],\"f,g\""), ["a", "(b,c)", "[d,e]", "\"f,g\""]);
        assert_eq!(split(""), [""]);
    }
}
