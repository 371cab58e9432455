// Governance's code. Native code cannot call contracts, so this code does it: it hands the call to the native code by
// calling itself, and does what the answer says until the answer is a result.
//
// Messages to the native code (first byte):  0 caller, value, calldata      1 (never: runs `batch` below)
//                                            2 context, success, data       the batch ended
//                                            3 context, success, word       the constitution answered
//                                            4                              what did the batch change?
// Answers of the native code (first byte):   0 result
//                                            1 context, reserve, simulate, then calls: target, value, length, calldata
//                                            2 context, target, gas, calldata
// All numbers are words of 32 bytes. The bytes in `src/trampoline.rs` are frozen; a test compiles this file.
object "Trampoline" {
    code {
        datacopy(0, dataoffset("runtime"), datasize("runtime"))
        return(0, datasize("runtime"))
    }
    object "runtime" {
        code {
            let self := 0xC0C0000000000000000000000000000000000001
            // Not by delegatecall, callcode or EIP-7702.
            if iszero(eq(address(), self)) { revert(0, 0) }
            if eq(caller(), self) { batch(self) }

            mstore8(0, 0)
            mstore(1, caller())
            mstore(33, callvalue())
            calldatacopy(65, 0, calldatasize())
            let length := add(65, calldatasize())
            for {} 1 {} {
                let ok := call(gas(), self, 0, 0, length, 0, 0)
                length := returndatasize()
                returndatacopy(0, 0, length)
                if iszero(ok) { revert(0, length) }
                if iszero(length) { revert(0, 0) }
                let context := mload(1)
                switch byte(0, mload(0))
                case 0 { return(1, sub(length, 1)) }
                case 1 {
                    // What is reserved pays for saying how it ended.
                    let given := 0
                    let left := gas()
                    if gt(left, mload(33)) { given := sub(left, mload(33)) }
                    ok := call(given, self, 0, 0, length, 0, 0)
                    mstore8(0, 2)
                    length := returndatasize()
                }
                case 2 {
                    ok := staticcall(mload(65), mload(33), 97, sub(length, 97), 0, 0)
                    mstore8(0, 3)
                    length := least(returndatasize(), 32)
                }
                default { revert(0, 0) }
                mstore(1, context)
                mstore(33, ok)
                returndatacopy(65, 0, length)
                length := add(65, length)
            }

            function least(a, b) -> c {
                c := a
                if lt(b, a) { c := b }
            }

            // Calls one after the other; where one fails, all are undone and the answer is its index and reason.
            function batch(me) {
                if iszero(eq(byte(0, calldataload(0)), 1)) { revert(0, 0) }
                let index := 0
                for { let at := 97 } lt(at, calldatasize()) { index := add(index, 1) } {
                    let size := calldataload(add(at, 64))
                    calldatacopy(0, add(at, 96), size)
                    if iszero(call(gas(), calldataload(at), calldataload(add(at, 32)), 0, size, 0, 0)) {
                        fail(index, least(returndatasize(), 256))
                    }
                    at := add(at, add(96, size))
                }
                if calldataload(65) {
                    // A simulation: asks what changed, and undoes it.
                    mstore8(0, 4)
                    if call(gas(), me, 0, 0, 1, 0, 0) { fail(not(0), returndatasize()) }
                    fail(index, 0)
                }
                stop()
            }

            function fail(index, size) {
                mstore(0, index)
                returndatacopy(32, 0, size)
                revert(0, add(32, size))
            }
        }
    }
}
