//! The seam between the EVM and native code, with real byte code on one side and a scripted double on the other.

mod bytecode;
mod double;
mod gas;
mod guards;
mod trampoline;
mod world;

use bytecode::{assemble, forward};
use double::Script;
use world::{Ran, World};
