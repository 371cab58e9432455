// One client, started as hive starts its container: files in a folder, HIVE_ variables, the start script.
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("../clients/althing/althing.sh", import.meta.url));
const JWT_SECRET = "7365637265747365637265747365637265747365637265747365637265747365";
const START_MS_MAX = 60_000;
const STOP_MS_MAX = 10_000;

/**
 * Starts a client and resolves when its port is open. `files` are placed where the container's root would be (name to content),
 * `environment` holds the HIVE_ variables, `flags` go to the node as they are.
 */
export async function start({ files, environment, flags = [] }) {
  const root = mkdtempSync(join(tmpdir(), "althing-hive-"));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  const [http, ws, engine] = await freePorts(3);
  const child = spawn(SCRIPT, [], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...withoutHive(process.env), HIVE_LOGLEVEL: "1", ...environment, ROOT: root, HTTP_ADDR: "127.0.0.1",
      HTTP_PORT: `${http}`, WS_PORT: `${ws}`, ENGINE_PORT: `${engine}`, ALTHING_FLAGS: flags.join(" "),
    },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => { said = (said + text).slice(-4000); });
  const ended = new Promise((done) => child.once("exit", (code, signal) => done(code ?? signal)));
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      process.kill(-child.pid, "SIGTERM");
      const late = setTimeout(() => process.kill(-child.pid, "SIGKILL"), STOP_MS_MAX);
      await ended;
      clearTimeout(late);
    }
    rmSync(root, { recursive: true, force: true });
  };
  const died = ended.then((code) => { throw new Error(`the client ended with ${code}: ${said.trim()}`); });
  try {
    await Promise.race([open(http), died]);
  } catch (error) {
    await stop();
    throw error;
  }
  died.catch(() => {});
  return { url: `http://127.0.0.1:${http}/`, engineUrl: `http://127.0.0.1:${engine}/`, stop };
}

/** The text of the answer to one POST. */
export async function post(url, body, headers = {}) {
  try {
    const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json", ...headers }, body });
    return await response.text();
  } catch (error) {
    throw new Error(`${new URL(url).host}: ${error.message} (${error.cause?.code ?? error.cause?.message ?? "no cause given"})`);
  }
}

/** A call of the engine API, with a fresh token. */
export async function engineCall(client, method, params) {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const unsigned = `${encode({ alg: "HS256", typ: "JWT" })}.${encode({ iat: Math.floor(Date.now() / 1000) })}`;
  const signature = createHmac("sha256", Buffer.from(JWT_SECRET, "hex")).update(unsigned).digest("base64url");
  const request = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const answer = JSON.parse(await post(client.engineUrl, request, { authorization: `Bearer ${unsigned}.${signature}` }));
  if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
  return answer.result;
}

export const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

const withoutHive = (environment) => Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("HIVE_")));

/** Resolves when the port takes connections. */
async function open(port) {
  const deadline = Date.now() + START_MS_MAX;
  for (;;) {
    const connected = await new Promise((done) => {
      const socket = createConnection({ port, host: "127.0.0.1" });
      socket.once("connect", () => { socket.destroy(); done(true); });
      socket.once("error", () => done(false));
    });
    if (connected) return;
    if (Date.now() > deadline) throw new Error(`port ${port} did not open within ${START_MS_MAX} ms`);
    await new Promise((done) => setTimeout(done, 10));
  }
}

/** Below the ports that systems hand out by themselves, and from a different one in each run. */
const PORT_MIN = 10_000;
const PORT_MAX = 30_000;
let nextPort = PORT_MIN + Math.floor(Math.random() * (PORT_MAX - PORT_MIN));

/** Ports that nobody listens on; no other client of this run is given them. */
async function freePorts(count) {
  const found = [];
  while (found.length < count) {
    const port = nextPort;
    nextPort = port < PORT_MAX ? port + 1 : PORT_MIN;
    if (await isFree(port)) found.push(port);
  }
  return found;
}

const isFree = (port) => new Promise((done) => {
  const server = createServer();
  server.once("error", () => done(false));
  server.listen(port, "127.0.0.1", () => server.close(() => done(true)));
});
