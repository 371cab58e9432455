use super::{
    catalog::{contract_at, contract_named, name_of},
    coerce,
    json::object,
    text::arguments,
};
use alloy_dyn_abi::{DynSolType, JsonAbiExt};
use alloy_json_abi::Function;
use althing_primitives::{Address, Bytes, U256, hex};
use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches};
use eyre::{WrapErr, bail, ensure, eyre};
use serde_json::{Value, json};

const CALL: &str = "call";

/// One call of a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) target: Address,
    pub(crate) value: U256,
    pub(crate) data: Bytes,
}

/// `--call WORDS…`, once for each call.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallArgs(Vec<Vec<String>>);

impl clap::Args for CallArgs {
    fn augment_args(command: Command) -> Command {
        let call = Arg::new(CALL)
            .long(CALL)
            .value_name("CALL")
            .num_args(1..)
            .allow_negative_numbers(true)
            .action(ArgAction::Append)
            .required(true)
            .help(
                "A call: CONTRACT.FUNCTION ARGUMENTS…, or TARGET [value=AMOUNT] SIGNATURE ARGUMENTS… for any contract",
            )
            .long_help(
                "A call of the proposal; give it once for each call, in order.\n\n\
                 --call Nodes.addValidator 1 0x5a… host:30303\n\
                 --call 'Nodes.addValidator(uint32,bytes32,string)' 1 0x5a… host:30303\n\
                 --call 0xAbC… 'transfer(address,uint256)' 0xDeF… 1ether\n\
                 --call 0xAbC… value=2ether\n\
                 --call 0xAbC… 0xa9059cbb…\n\n\
                 Tuples are written (a,b), lists [a,b]. Names of system contracts stand for their addresses,\n\
                 Nodes.addValidator for its selector, words like Threshold for their number.",
            );
        command.arg(call)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for CallArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let occurrences = matches.get_occurrences::<String>(CALL).into_iter().flatten();
        Ok(Self(occurrences.map(|words| words.cloned().collect()).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl CallArgs {
    /// # Errors
    /// A call that names no function, or arguments that do not fit it; the message says which.
    pub(crate) fn parse(&self) -> eyre::Result<Vec<Call>> {
        let call =
            |(index, words): (usize, &Vec<String>)| Call::parse(words).wrap_err_with(|| format!("call {}", index + 1));
        self.0.iter().enumerate().map(call).collect()
    }
}

impl Call {
    fn parse(words: &[String]) -> eyre::Result<Self> {
        let (first, rest) = words.split_first().ok_or_else(|| eyre!("it is empty"))?;
        if let Ok(target) = first.parse::<Address>() {
            return Self::of_any(target, rest);
        }
        if let Some((contract, function)) = first.split_once('.') {
            return Self::of_system(contract, function, rest);
        }
        let contract =
            contract_named(first).ok_or_else(|| eyre!("{first:?} is neither CONTRACT.FUNCTION nor an address"))?;
        let (function, rest) = rest.split_first().ok_or_else(|| eyre!("which function of {}?", contract.name))?;
        Self::of_system(contract.name, function, rest)
    }

    fn of_system(contract: &str, function: &str, words: &[String]) -> eyre::Result<Self> {
        let contract = contract_named(contract).ok_or_else(|| eyre!("there is no system contract {contract:?}"))?;
        let found = contract.function(function);
        let function = found.ok_or_else(|| eyre!("{} has no function {function:?}, or several", contract.name))?;
        let arguments = coerce::arguments(contract.name, function, words)?;
        Ok(Self { target: contract.address, value: U256::ZERO, data: function.abi_encode_input(&arguments)?.into() })
    }

    fn of_any(target: Address, words: &[String]) -> eyre::Result<Self> {
        let (value, words) = match words.split_first() {
            Some((first, rest)) if first.starts_with("value=") => (amount(&first["value=".len()..])?, rest),
            _ => (U256::ZERO, words),
        };
        let data = match words.split_first() {
            None => Bytes::new(),
            Some((data, [])) if data.starts_with("0x") => hex::decode(data).wrap_err("calldata")?.into(),
            Some((signature, words)) => encode(target, signature, words)?,
        };
        Ok(Self { target, value, data })
    }

    /// `Nodes.addValidator(member: 1, …)`, or what is known of a call to another contract.
    pub(crate) fn text(&self) -> String {
        let value = if self.value.is_zero() { String::new() } else { format!(" with {} wei", self.value) };
        let Some((function, values)) = self.decoded() else {
            let data = if self.data.is_empty() { "no data".to_owned() } else { hex::encode_prefixed(&self.data) };
            return format!("{} with {data}{}", name_of(self.target), value.replace(" with", ","));
        };
        let contract = name_of(self.target);
        format!("{contract}.{}({}){value}", function.name, arguments(&contract, &function.inputs, &values))
    }

    pub(crate) fn json(&self) -> Value {
        let mut found = json!({
            "target": self.target, "value": self.value.to_string(), "data": self.data, "text": self.text(),
        });
        if let Some((function, values)) = self.decoded() {
            let contract = name_of(self.target);
            found["arguments"] = object(&contract, &function.inputs, &values);
            found["function"] = function.signature().into();
            found["contract"] = contract.into();
        }
        found
    }

    fn decoded(&self) -> Option<(&'static Function, Vec<alloy_dyn_abi::DynSolValue>)> {
        let function = contract_at(self.target)?.function_by_selector(*self.data.first_chunk()?)?;
        Some((function, function.abi_decode_input(&self.data[4..]).ok()?))
    }
}

/// Calldata of a function of any contract; a system contract's own words are known here too.
fn encode(target: Address, signature: &str, words: &[String]) -> eyre::Result<Bytes> {
    let known = contract_at(target).and_then(|contract| Some((contract.name, contract.function(signature)?.clone())));
    let (contract, function) = match known {
        Some(known) => known,
        None => ("", Function::parse(signature).wrap_err_with(|| format!("{signature:?} is no signature"))?),
    };
    Ok(function.abi_encode_input(&coerce::arguments(contract, &function, words)?)?.into())
}

fn amount(text: &str) -> eyre::Result<U256> {
    match DynSolType::Uint(256).coerce_str(text)?.as_uint() {
        Some((value, _)) => Ok(value),
        None => bail!("{text:?} is no amount"),
    }
}

/// The lists `propose` takes, and back.
pub(crate) fn lists(calls: &[Call]) -> (Vec<Address>, Vec<U256>, Vec<Bytes>) {
    let targets = calls.iter().map(|call| call.target).collect();
    let values = calls.iter().map(|call| call.value).collect();
    (targets, values, calls.iter().map(|call| call.data.clone()).collect())
}

/// # Errors
/// Lists of different lengths.
pub(crate) fn from_lists(targets: Vec<Address>, values: Vec<U256>, datas: Vec<Bytes>) -> eyre::Result<Vec<Call>> {
    ensure!(targets.len() == values.len() && values.len() == datas.len(), "the lists of a proposal differ in length");
    let each = targets.into_iter().zip(values).zip(datas);
    Ok(each.map(|((target, value), data)| Call { target, value, data }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> eyre::Result<Call> {
        Call::parse(&words.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    const KEY: &str = "0x0101010101010101010101010101010101010101010101010101010101010101";

    #[test]
    fn a_call_to_a_system_contract_reads_back_as_it_was_written() {
        let call = parse(&["Nodes.addValidator(uint32,bytes32,string)", "1", KEY, "host:30303"]).unwrap();
        let text = format!("Nodes.addValidator(member: 1, publicKey: {KEY}, host: \"host:30303\")");
        assert_eq!(call.text(), text);
        assert_eq!(parse(&["Nodes", "addValidator", "1", KEY, "host:30303"]).unwrap(), call);
        assert_eq!(call.json()["arguments"]["host"], "host:30303");
    }

    #[test]
    fn calls_to_other_contracts_take_value_signature_or_data() {
        let token = "0x00000000000000000000000000000000000a17e5";
        let call = parse(&[token, "transfer(address,uint256)", token, "1ether"]).unwrap();
        assert_eq!(call.data.len(), 68);
        assert!(
            call.text().starts_with("0x00000000000000000000000000000000000A17E5 with 0xa9059cbb"),
            "{}",
            call.text()
        );
        assert_eq!(parse(&[token, &hex::encode_prefixed(&call.data)]).unwrap(), call);
        let gift = parse(&[token, "value=2ether"]).unwrap();
        assert_eq!((gift.value, gift.data.len()), (U256::from(2_000_000_000_000_000_000_u64), 0));
        assert!(gift.text().ends_with("with no data, 2000000000000000000 wei"), "{}", gift.text());
    }

    #[test]
    fn what_is_no_call_is_refused_with_the_reason() {
        let error = |words: &[&str]| format!("{:#}", parse(words).unwrap_err());
        assert_eq!(error(&["transfer"]), "\"transfer\" is neither CONTRACT.FUNCTION nor an address");
        assert_eq!(error(&["Nodes.explode"]), "Nodes has no function \"explode\", or several");
        assert_eq!(error(&["Nodes"]), "which function of Nodes?");
    }

    #[test]
    fn several_calls_keep_their_words_apart() {
        let command = <CallArgs as clap::Args>::augment_args(Command::new("propose"));
        let line = ["propose", "--call", "Nodes.removeNode", KEY, "--call", "Parameters.setBlockTime", "500"];
        let matches = command.try_get_matches_from(line).unwrap();
        let calls = CallArgs::from_arg_matches(&matches).unwrap().parse().unwrap();
        assert_eq!(calls.iter().map(Call::text).collect::<Vec<_>>()[1], "Parameters.setBlockTime(milliseconds: 500)");
        assert_eq!(calls.len(), 2);
    }
}
