// Applications people deploy, from the bytecode on npm; at the end every node has the same state.
import assert from "node:assert/strict";
import { check, finish, network, rpc, until } from "../suite.mjs";
import { entryPoint } from "./entry_point.mjs";
import { multicall } from "./multicall.mjs";
import { safe } from "./safe.mjs";
import { uniswapV2 } from "./uniswap_v2.mjs";
import { uniswapV3 } from "./uniswap_v3.mjs";

await check("Uniswap v2", uniswapV2);
await check("Uniswap v3", uniswapV3);
await check("Safe 2-of-3", safe);
await check("ERC-4337 EntryPoint", entryPoint);
if (network.name !== "anvil") await check("Multicall3", multicall); // a predeploy of our genesis

await check("every node has the same state root", async () => {
  const number = await rpc(network.rpcUrl, "eth_blockNumber");
  const blocks = await until(async () => {
    const found = await Promise.all(network.rpcUrls.map((url) => rpc(url, "eth_getBlockByNumber", [number, false])));
    return found.every(Boolean) && found;
  });
  assert.equal(new Set(blocks.map(({ stateRoot }) => stateRoot)).size, 1);
});

finish();
