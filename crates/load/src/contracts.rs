use alloy_sol_types::{SolCall, SolValue, sol};
use althing_primitives::{Address, Bytes, U256, hex};

sol! {
    function deal(address[] owners, uint256 amount, address spender);
    function transfer(address to, uint256 value) returns (bool);
    function sync();
    function swap(bool zeroForOne, uint256 amountIn) returns (uint256 amountOut);
}

/// Creation code of `contracts/Load.sol`, made by `contracts/compile.js`.
const COMPILED: &str = include_str!("../contracts/Load.hex");

fn compiled(name: &str) -> Vec<u8> {
    let code = COMPILED.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    hex::decode(code.expect("the file has both contracts")).expect("the compiler prints hex")
}

/// Creation code of the token.
pub(crate) fn token() -> Bytes {
    compiled("Token").into()
}

/// Creation code of the pair of two tokens.
pub(crate) fn pair(tokens: [Address; 2]) -> Bytes {
    [compiled("Pair"), tokens.abi_encode()].concat().into()
}

pub(crate) fn deal_input(owners: &[Address], amount: U256, spender: Address) -> Bytes {
    dealCall { owners: owners.to_vec(), amount, spender }.abi_encode().into()
}

pub(crate) fn transfer_input(to: Address, value: U256) -> Bytes {
    transferCall { to, value }.abi_encode().into()
}

pub(crate) fn sync_input() -> Bytes {
    syncCall {}.abi_encode().into()
}

pub(crate) fn swap_input(zero_for_one: bool, amount_in: U256) -> Bytes {
    swapCall { zeroForOne: zero_for_one, amountIn: amount_in }.abi_encode().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn the_hex_holds_both_contracts() {
        assert!(token().len() > 1000 && pair([Address::ZERO; 2]).len() > 1000);
    }

    /// Runs where `node` finds `solc` 0.8.37 (`NODE_PATH`); elsewhere there is nothing to compare.
    #[test]
    fn the_hex_is_what_the_source_compiles_to() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/contracts");
        let version = Command::new("node").args(["-p", "require('solc').version()"]).output();
        match version {
            Ok(output) if output.stdout.starts_with(b"0.8.37+") => {}
            _ => return,
        }
        let output = Command::new("node").arg("compile.js").current_dir(folder).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), COMPILED, "run compile.js again");
    }
}
