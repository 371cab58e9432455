// Stands between the suites and a network's nodes and holds every result against the forms that rpc_discover and execution-apis give.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer, request as send } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { resultSchemas } from "../../../../hive-tests/offline/schema.mjs";
import { rpc } from "./requests.mjs";

const DATA = join(process.env.ALTHING_TEST_DATA ?? fileURLToPath(new URL("../../../../../shared/data", import.meta.url)), "ethereum");
const RECORDING = "rpc-compat-ladder-prague"; // of the stored ones, the one whose descriptions know `blockTimestamp`
/** What execution-apis has no form for: geth's nulls in a transaction that waits, and an empty list, which its `oneOf` takes for two things. */
const beyond = (method, result) =>
  (method.startsWith("eth_getTransactionBy") && result?.blockHash === null) || (Array.isArray(result) && result.length === 0);
const OWN = "rpc_discover";
const MESSAGE_BYTES_MAX = 64 * 1024 * 1024; // the node's largest answer

/** The network with a recorder before each node; `results` knows what was seen. `work` has the suites' packages. */
export async function recorded(network, work) {
  const results = new Results([[OWN, await rpc(network.rpcUrls[0], OWN)], ...executionApis()]);
  const { WebSocket, WebSocketServer } = createRequire(join(work, "x.js"))("ws");
  const servers = await Promise.all(network.rpcUrls.map((url) => listen(url, results, { WebSocket, WebSocketServer })));
  const rpcUrls = servers.map((server) => `http://127.0.0.1:${server.address().port}`);
  const stop = async () => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
    await network.stop();
  };
  return { ...network, rpcUrls, wsUrls: rpcUrls.map((url) => url.replace("http", "ws")), stop, results };
}

/** execution-apis' description, where the test data is. */
function executionApis() {
  const archive = join(DATA, `${RECORDING}.tar.zst`);
  if (!existsSync(archive)) {
    console.log(`SKIPPED execution-apis' forms of results: no test data at ${DATA}; set ALTHING_TEST_DATA`);
    return [];
  }
  const { status, stdout, stderr } = spawnSync("tar", ["--zstd", "-xOf", archive, `${RECORDING}/openrpc.json`], { maxBuffer: MESSAGE_BYTES_MAX });
  if (status !== 0) throw new Error(`${archive}: ${stderr}`);
  return [["execution-apis", JSON.parse(stdout)]];
}

/** What methods answered, and which answers had another form than they should. */
class Results {
  checked = 0;
  methods = new Set();
  faults = new Map();

  constructor(documents) {
    this.sources = documents.map(([name, document]) => {
      const described = new Set(document.methods.filter(({ result }) => result?.schema).map((method) => method.name));
      return { name, described, check: resultSchemas(document) };
    });
  }

  take(method, result) {
    for (const { name, described, check } of this.sources) {
      if (!described.has(method) || (name !== OWN && beyond(method, result))) continue;
      this.checked += 1;
      this.methods.add(method);
      try {
        check(method, result);
      } catch (error) {
        const fault = `${method}: by ${name} ${error.message}`;
        if (!this.faults.has(fault)) this.faults.set(fault, JSON.stringify(result).slice(0, 400));
      }
    }
  }

  /** Pairs calls with answers, alone or in batches. */
  pair(request, answer) {
    const calls = new Map([request].flat().filter(Boolean).map(({ id, method }) => [JSON.stringify(id), method]));
    for (const one of [answer].flat().filter(Boolean)) {
      if ("result" in one && calls.has(JSON.stringify(one.id))) this.take(calls.get(JSON.stringify(one.id)), one.result);
    }
  }
}

function listen(url, results, { WebSocket, WebSocketServer }) {
  const server = createServer((incoming, outgoing) => pass(url, results, incoming, outgoing));
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES_MAX });
  server.on("upgrade", (incoming, socket, head) => {
    const { origin } = incoming.headers;
    const node = new WebSocket(url.replace("http", "ws") + incoming.url, { origin, maxPayload: MESSAGE_BYTES_MAX, perMessageDeflate: false });
    node.once("unexpected-response", (_, { statusCode }) => socket.end(`HTTP/1.1 ${statusCode} refused\r\nconnection: close\r\n\r\n`));
    node.once("error", () => socket.destroy());
    node.once("open", () => sockets.handleUpgrade(incoming, socket, head, (client) => relay(client, node, results)));
  });
  return new Promise((done) => server.listen(0, "127.0.0.1", () => done(server)));
}

/** One HTTP exchange, headers and all. */
function pass(url, results, incoming, outgoing) {
  const parts = [];
  incoming.on("data", (part) => parts.push(part));
  incoming.on("end", () => {
    const body = Buffer.concat(parts);
    const forwarded = send(url + incoming.url, { method: incoming.method, headers: incoming.headers }, (answer) => {
      const answered = [];
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.on("data", (part) => { answered.push(part); outgoing.write(part); });
      answer.on("end", () => {
        outgoing.end();
        results.pair(parsed(body), parsed(Buffer.concat(answered)));
      });
    });
    forwarded.on("error", () => outgoing.destroy());
    forwarded.end(body);
  });
}

/** Messages of a WebSocket, both ways, until one side closes. */
function relay(client, node, results) {
  const calls = new Map();
  client.on("message", (bytes, isBinary) => {
    for (const { id, method } of [parsed(bytes)].flat().filter(Boolean)) if (id !== undefined) calls.set(JSON.stringify(id), method);
    node.send(bytes, { binary: isBinary });
  });
  node.on("message", (bytes, isBinary) => {
    for (const { id, result } of [parsed(bytes)].flat().filter(Boolean)) {
      const method = calls.get(JSON.stringify(id));
      calls.delete(JSON.stringify(id));
      if (method !== undefined && result !== undefined) results.take(method, result);
    }
    client.send(bytes, { binary: isBinary });
  });
  for (const [one, other] of [[client, node], [node, client]]) {
    one.on("close", () => other.close());
    one.on("error", () => other.terminate());
  }
}

function parsed(bytes) {
  try {
    return JSON.parse(bytes);
  } catch {
    return undefined;
  }
}
