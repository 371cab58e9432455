// The application's side: finds the wallet by EIP-6963, talks to the node only through it, and to nobody else.
import { createPublicClient, createWalletClient, custom, getContract, http, webSocket } from "viem";

const wallets = [];
window.addEventListener("eip6963:announceProvider", ({ detail }) => wallets.push(detail));
window.dispatchEvent(new Event("eip6963:requestProvider"));

const connect = async (chain) => {
  const transport = custom(wallets[0].provider);
  const [account] = await wallets[0].provider.request({ method: "eth_requestAccounts" });
  return { account, client: createPublicClient({ chain, transport, pollingInterval: 100 }), wallet: createWalletClient({ account, chain, transport }) };
};
const chainOf = (id) => ({ id, name: "Althing", nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 }, rpcUrls: { default: { http: [] } } });

window.application = {
  wallets: () => wallets.map(({ info }) => info.rdns),

  async transfer({ chainId, to, value }) {
    const { client, wallet } = await connect(chainOf(chainId));
    const hash = await wallet.sendTransaction({ to, value: BigInt(value) });
    const { status } = await client.waitForTransactionReceipt({ hash });
    return { status, balance: `${await client.getBalance({ address: to })}` };
  },

  async deployAndCall({ chainId, abi, bytecode, to }) {
    const { account, client, wallet } = await connect(chainOf(chainId));
    const hash = await wallet.deployContract({ abi, bytecode, args: [1000n] });
    const { contractAddress } = await client.waitForTransactionReceipt({ hash });
    const token = getContract({ address: contractAddress, abi, client: { public: client, wallet } });
    const receipt = await client.waitForTransactionReceipt({ hash: await token.write.transfer([to, 7n]) });
    const logs = await token.getEvents.Transfer({ to }, { fromBlock: receipt.blockNumber });
    const error = await token.simulate.transfer([to, 10_000n], { account }).catch((e) => e.walk?.((cause) => cause.data?.errorName)?.data.errorName);
    return { balance: `${await token.read.balanceOf([to])}`, events: logs.map(({ args }) => `${args.value}`), error };
  },

  /** Straight from the page to the node: this is where the browser asks for CORS. */
  async read({ rpcUrl }) {
    return Number(await createPublicClient({ transport: http(rpcUrl) }).getBlockNumber());
  },

  async firstHead({ wsUrl }) {
    const client = createPublicClient({ transport: webSocket(wsUrl) });
    return new Promise((resolve) => { client.watchBlockNumber({ emitOnBegin: true, onBlockNumber: (number) => resolve(Number(number)) }); });
  },
};
