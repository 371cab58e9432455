//! Calls that leave no trace: `eth_call`, `eth_estimateGas`, `eth_createAccessList`, tracing.
