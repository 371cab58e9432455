// Uniswap v3: a pool, a position minted with the node's own gas estimate, swaps, fees collected.
import assert from "node:assert/strict";
import { maxUint128, parseEther, zeroAddress } from "viem";
import { deadline, deploy, newToken, owner, packaged, send } from "./chain.mjs";

const FEE = 3000;
const PRICE_ONE = 2n ** 96n;

export async function uniswapV3() {
  const weth = await deploy(packaged("canonical-weth/build/contracts/WETH9.json"));
  const factory = await deploy(packaged("@uniswap/v3-core/artifacts/contracts/UniswapV3Factory.sol/UniswapV3Factory.json"));
  const periphery = (name) => packaged(`@uniswap/v3-periphery/artifacts/contracts/${name}.sol/${name}.json`);
  const positions = await deploy(periphery("NonfungiblePositionManager"), [factory.address, weth.address, zeroAddress]);
  const router = await deploy(periphery("SwapRouter"), [factory.address, weth.address]);
  const [first, second] = [await newToken(), await newToken()].sort((a, b) => (a.address.toLowerCase() < b.address.toLowerCase() ? -1 : 1));
  for (const token of [first, second]) for (const spender of [positions, router]) await send(token, "approve", [spender.address, parseEther("1000000")]);

  await send(positions, "createAndInitializePoolIfNecessary", [first.address, second.address, FEE, PRICE_ONE]);
  await send(positions, "mint", [{
    token0: first.address, token1: second.address, fee: FEE, tickLower: -6000, tickUpper: 6000, recipient: owner.address, deadline,
    amount0Desired: parseEther("1000"), amount1Desired: parseEther("1000"), amount0Min: 0n, amount1Min: 0n,
  }]);

  const before = await second.read.balanceOf([owner.address]);
  await send(router, "exactInputSingle", [{
    tokenIn: first.address, tokenOut: second.address, fee: FEE, recipient: owner.address, deadline,
    amountIn: parseEther("10"), amountOutMinimum: 0n, sqrtPriceLimitX96: 0n,
  }]);
  const received = (await second.read.balanceOf([owner.address])) - before;
  assert.ok(received > parseEther("9.9") && received < parseEther("10"));

  const unclaimed = await first.read.balanceOf([owner.address]);
  await send(positions, "collect", [{ tokenId: 1n, recipient: owner.address, amount0Max: maxUint128, amount1Max: maxUint128 }]);
  const fees = (await first.read.balanceOf([owner.address])) - unclaimed;
  assert.ok(fees > parseEther("0.0299") && fees < parseEther("0.0301"));
}
