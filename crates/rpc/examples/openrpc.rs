//! Writes the manual's page of every method: `make openrpc`.

#![allow(clippy::print_stdout, reason = "stdout is the answer")]

fn main() {
    print!("{}", althing_rpc::openrpc_page());
}
