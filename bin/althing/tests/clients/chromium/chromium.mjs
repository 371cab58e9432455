// A page in headless Chromium with an injected wallet: what a user's browser does, CORS included.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { artifact, check, finish, network, rpc } from "../suite.mjs";

// The background-networking flags keep the browser from calling its maker, which a test machine does not reach.
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

const bundle = async (entry) => (await build({ entryPoints: [entry], bundle: true, write: false, format: "iife", target: "es2022", logLevel: "error" })).outputFiles[0].text;
const [provider, page] = await Promise.all([bundle("chromium/provider.mjs"), bundle("chromium/page.mjs")]);
const server = createServer((request, response) => {
  const [type, body] = request.url === "/page.js" ? ["text/javascript", page] : ["text/html", "<!doctype html><title>Althing</title><script src=/page.js></script>"];
  response.writeHead(200, { "content-type": type }).end(body);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium-headless-shell", args: FLAGS });
const tab = await browser.newPage();
const problems = [];
tab.on("console", (message) => { if (message.type() === "error") problems.push(message.text()); });
tab.on("pageerror", (error) => problems.push(error.message));
await tab.addInitScript(`globalThis.walletOptions = ${JSON.stringify({ rpcUrl: network.rpcUrl, privateKey: network.privateKey, chainId: network.chainId })};\n${provider}`);
await tab.goto(`http://127.0.0.1:${server.address().port}/`);
const call = (method, argument) => tab.evaluate(([name, value]) => window.application[name](value), [method, argument]);
const { abi, bytecode } = artifact("Token");
const to = `0x${Date.now().toString(16).padStart(40, "c")}`;

await check("the page finds the injected wallet", async () => assert.deepEqual(await call("wallets"), ["org.althing.test"]));

await check("the page reads the node across origins (CORS)", async () => {
  assert.ok((await call("read", { rpcUrl: network.rpcUrl })) >= 0);
});

await check("the page receives heads over WebSocket", async () => {
  assert.ok((await call("firstHead", { wsUrl: network.wsUrl })) >= 0);
});

await check("transfer through the wallet", async () => {
  assert.deepEqual(await call("transfer", { chainId: network.chainId, to, value: "12345" }), { status: "success", balance: "12345" });
});

await check("deploy, call, read events and decode a revert through the wallet", async () => {
  const answer = await call("deployAndCall", { chainId: network.chainId, abi, bytecode, to });
  assert.deepEqual(answer, { balance: "7", events: ["7"], error: "InsufficientBalance" });
});

await check("nothing went wrong in the page's console", async () => assert.deepEqual(problems, []));

await check("a CORS preflight is answered", async () => {
  const response = await fetch(network.rpcUrl, { method: "OPTIONS", headers: { origin: "http://app.example", "access-control-request-method": "POST", "access-control-request-headers": "content-type" } });
  assert.ok(response.ok);
  assert.match(response.headers.get("access-control-allow-headers") ?? "", /content-type|\*/i);
  assert.equal(await rpc(network.rpcUrl, "eth_chainId"), `0x${network.chainId.toString(16)}`);
});

await browser.close();
server.close();
finish();
