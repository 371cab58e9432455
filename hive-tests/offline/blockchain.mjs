// blockchain_test fixtures, each on a client of its own: genesis and blocks from files, as hive's eels/consume-rlp does.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { post, start } from "./client.mjs";
import { variables } from "./network.mjs";

export async function open(path) {
  const single = statSync(path).isFile();
  const folder = single ? dirname(path) : path;
  const files = single ? [basename(path)] : readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".json")).sort();
  return {
    *cases(filter) {
      for (const file of files.filter((file) => !relative("", file).split("/").some((part) => part.startsWith(".")))) {
        yield* casesOf(file, readFileSync(join(folder, file), "utf8"), filter);
      }
    },
    close: async () => {},
  };
}

/** A file that cannot be read is one failed case. */
function* casesOf(file, text, filter) {
  let fixtures;
  try {
    fixtures = Object.entries(JSON.parse(text)).filter(([name]) => !name.startsWith("_"));
  } catch (error) {
    yield { name: `${file}::`, play: async () => { throw error; } };
    return;
  }
  for (const [name, fixture] of fixtures) {
    const full = `${file}::${name}`;
    if (!filter || full.includes(filter)) yield { name: full, play: () => play(fixture) };
  }
}

async function play(fixture) {
  const { genesisBlockHeader, pre, blocks, lastblockhash } = fixture;
  const genesis = JSON.stringify({ ...genesisBlockHeader, alloc: pre });
  const rlp = blocks.map(({ rlp }, index) => [`blocks/${`${index + 1}`.padStart(4, "0")}.rlp`, Buffer.from(rlp.slice(2), "hex")]);
  const client = await start({ files: { "genesis.json": genesis, ...Object.fromEntries(rlp) }, environment: variables(fixture) });
  try {
    same("the genesis", await hashOf(client, "0x0"), genesisBlockHeader.hash);
    same("the head", await hashOf(client, "latest"), lastblockhash);
  } finally {
    await client.stop();
  }
}

async function hashOf(client, block) {
  const request = { jsonrpc: "2.0", id: 1, method: "eth_getBlockByNumber", params: [block, false] };
  return JSON.parse(await post(client.url, JSON.stringify(request))).result?.hash;
}

function same(what, found, expected) {
  if (found !== expected) throw new Error(`${what} is ${found}, expected ${expected}`);
}
