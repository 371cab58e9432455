// Waiting and plain JSON-RPC, for the runner and the suites alike; no client library involved.

/** Rejects when `promise` has not settled after `ms` milliseconds. */
export function within(ms, promise) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`no result after ${ms} ms`)), ms); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Polls `probe` until it returns something other than undefined, null or false. */
export async function until(probe, { ms = 30_000, every = 100 } = {}) {
  const deadline = Date.now() + ms;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== null && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`condition not met after ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}

/** One JSON-RPC request; an error answer rejects with its code and data. */
export async function rpc(url, method, params = []) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  const answer = await response.json();
  if (answer.error) throw Object.assign(new Error(answer.error.message), answer.error);
  return answer.result;
}

/** Waits for the receipt of `hash`; a reverted transaction rejects. */
export async function receipt(url, hash) {
  const found = await until(() => rpc(url, "eth_getTransactionReceipt", [hash]));
  if (found.status !== "0x1") throw new Error(`transaction reverted in block ${Number(found.blockNumber)}`);
  return found;
}
