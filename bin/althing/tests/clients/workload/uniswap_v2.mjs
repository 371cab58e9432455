// Uniswap v2: two pools, a swap along both, liquidity in and out.
import assert from "node:assert/strict";
import { parseEther } from "viem";
import { at, deadline, deploy, newToken, owner, packaged, send } from "./chain.mjs";

export async function uniswapV2() {
  const weth = await deploy(packaged("canonical-weth/build/contracts/WETH9.json"));
  const factory = await deploy(packaged("@uniswap/v2-core/build/UniswapV2Factory.json"), [owner.address]);
  const router = await deploy(packaged("@uniswap/v2-periphery/build/UniswapV2Router02.json"), [factory.address, weth.address]);
  const [first, second] = [await newToken(), await newToken()];
  for (const token of [first, second]) await send(token, "approve", [router.address, parseEther("1000000")]);

  await send(router, "addLiquidity", [first.address, second.address, parseEther("1000"), parseEther("2000"), 0n, 0n, owner.address, deadline]);
  await send(router, "addLiquidityETH", [first.address, parseEther("500"), 0n, 0n, owner.address, deadline], { value: parseEther("5") });

  const path = [weth.address, first.address, second.address];
  const [, , expected] = await router.read.getAmountsOut([parseEther("0.1"), path]);
  const before = await second.read.balanceOf([owner.address]);
  await send(router, "swapExactETHForTokens", [expected, path, owner.address, deadline], { value: parseEther("0.1") });
  assert.equal((await second.read.balanceOf([owner.address])) - before, expected);

  const pair = at(await factory.read.getPair([first.address, second.address]), packaged("@uniswap/v2-core/build/UniswapV2Pair.json").abi);
  const shares = await pair.read.balanceOf([owner.address]);
  await send(pair, "approve", [router.address, shares]);
  await send(router, "removeLiquidity", [first.address, second.address, shares, 0n, 0n, owner.address, deadline]);
  assert.equal(await pair.read.balanceOf([owner.address]), 0n);
}
