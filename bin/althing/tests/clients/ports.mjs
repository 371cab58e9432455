// Free loopback ports for networks that a test starts.
import { createServer } from "node:net";

/** The first of `count` consecutive ports that were all free a moment ago. */
export async function freePorts(count) {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const first = await bind(0).then(close);
    const rest = await Promise.allSettled(Array.from({ length: count - 1 }, (_, index) => bind(first + 1 + index).then(close)));
    if (rest.every(({ status }) => status === "fulfilled")) return first;
  }
  throw new Error("no free ports");
}

const bind = (port) => new Promise((resolve, reject) => {
  const server = createServer();
  server.once("error", reject);
  server.listen(port, "127.0.0.1", () => resolve(server));
});

const close = (server) => new Promise((resolve) => {
  const { port } = server.address();
  server.close(() => resolve(port));
});
