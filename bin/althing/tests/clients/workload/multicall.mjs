// Multicall3 from the genesis: many reads in one call, many writes in one transaction.
import assert from "node:assert/strict";
import { encodeFunctionData, multicall3Abi } from "viem";
import { artifact } from "../suite.mjs";
import { at, newToken, send } from "./chain.mjs";

const ADDRESS = "0xcA11bde05977b3631167028862bE2a173976CA11";
const WRITER = [{ type: "function", name: "aggregate3", stateMutability: "payable", inputs: multicall3Abi[0].inputs, outputs: multicall3Abi[0].outputs }];

export async function multicall() {
  const token = await newToken();
  const { abi } = artifact("Token");
  await send(token, "transfer", [ADDRESS, 1000n]);
  const receivers = Array.from({ length: 50 }, (_, index) => `0x${(0xca110000 + index).toString(16).padStart(40, "0")}`);
  const calls = receivers.map((to) => ({ target: token.address, allowFailure: false, callData: encodeFunctionData({ abi, functionName: "transfer", args: [to, 3n] }) }));
  await send(at(ADDRESS, WRITER), "aggregate3", [calls]);
  const reads = receivers.map((to) => ({ target: token.address, allowFailure: false, callData: encodeFunctionData({ abi, functionName: "balanceOf", args: [to] }) }));
  const answers = await at(ADDRESS, multicall3Abi).read.aggregate3([reads]);
  assert.ok(answers.every(({ success, returnData }) => success && BigInt(returnData) === 3n));
}
