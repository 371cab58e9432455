// execution-apis' rpc-compat: one client on the suite's chain, requests and recorded answers from .io files.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { compare } from "./compare.mjs";
import { engineCall, post, readJson, start } from "./client.mjs";
import { resultSchemas } from "./schema.mjs";

/** Some send transactions that later ones list. */
export const IN_ORDER = true;

export async function open(folder) {
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".io")).sort();
  const client = await start({
    files: { "genesis.json": readFileSync(join(folder, "genesis.json")), "chain.rlp": readFileSync(join(folder, "chain.rlp")) },
    environment: readJson(join(folder, "forkenv.json")),
    flags: ["--rpc.edition", editionOf(files.map((name) => join(folder, name)))],
  });
  try {
    const head = readJson(join(folder, "headfcu.json"));
    const { payloadStatus } = await engineCall(client, head.method, head.params);
    if (payloadStatus.status !== "VALID") throw new Error(`the suite's head is ${payloadStatus.status}`);
  } catch (error) {
    await client.stop();
    throw error;
  }
  const schemas = resultSchemas(openRpc(folder));
  return {
    *cases(filter) {
      for (const name of files) {
        if (filter && !name.includes(filter)) continue;
        yield { name, play: () => play(client, readFileSync(join(folder, name), "utf8"), schemas) };
      }
    },
    close: client.stop,
  };
}

/** openrpc.json lies in the suite's folder or beside it. */
function openRpc(folder) {
  const places = [join(folder, "openrpc.json"), join(dirname(folder), "openrpc.json")];
  const found = places.find((place) => existsSync(place));
  return found && readJson(found);
}

/** geth names the time of a log's block since 1.16: the recording says which edition it is of. */
function editionOf(files) {
  const logs = files.filter((name) => relative(dirname(dirname(name)), name).startsWith("eth_getLogs"));
  const recorded = logs.map((name) => readFileSync(name, "utf8")).filter((text) => text.includes('"logIndex"'));
  return recorded.length > 0 && !recorded.some((text) => text.includes('"blockTimestamp"')) ? "geth-1.15" : "current";
}

/** Plays one file; rejects with the first difference. */
async function play(client, text, schemas) {
  const specOnly = text.split("\n").some((line) => /^\/\/\s*speconly:/.test(line));
  let method;
  let answer;
  for (const line of text.split("\n").map((line) => line.trim())) {
    if (line.startsWith(">>")) {
      const request = line.slice(2).trim();
      ({ method } = JSON.parse(request));
      answer = await post(client.url, request);
    } else if (line.startsWith("<<")) {
      if (answer === undefined) throw new Error("the file has an answer before its request");
      check({ method, answer, recorded: JSON.parse(line.slice(2)), specOnly, schemas });
      answer = undefined;
    }
  }
  if (answer !== undefined) throw new Error("the file has a request without an answer");
}

function check({ method, answer, recorded, specOnly, schemas }) {
  const found = JSON.parse(answer);
  if (specOnly && found.error === undefined) return schemas(method, found.result);
  compare(recorded, found);
}
