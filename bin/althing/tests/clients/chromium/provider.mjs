// The wallet a browser extension would inject: an EIP-1193 provider announced by EIP-6963, keys and requests through viem.
import { createPublicClient, createWalletClient, hexToBigInt, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";

const { rpcUrl, privateKey, chainId } = globalThis.walletOptions;
const account = privateKeyToAccount(privateKey);
const node = createPublicClient({ transport: http(rpcUrl) });
const signer = createWalletClient({ account, transport: http(rpcUrl), chain: { id: chainId, name: "Althing", nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 }, rpcUrls: {} } });
const quantity = (value) => (value === undefined ? undefined : hexToBigInt(value));

const own = {
  eth_requestAccounts: () => [account.address],
  eth_accounts: () => [account.address],
  eth_chainId: () => `0x${chainId.toString(16)}`,
  wallet_addEthereumChain: () => null,
  wallet_switchEthereumChain: () => null,
  personal_sign: ([message]) => account.signMessage({ message: { raw: message } }),
  eth_sendTransaction: ([{ to, data, value, gas }]) => signer.sendTransaction({ to, data, value: quantity(value), gas: quantity(gas) }),
};

const provider = {
  request: async ({ method, params = [] }) => (method in own ? own[method](params) : node.request({ method, params })),
  on() {},
  removeListener() {},
};
const info = { uuid: "2e7d9a3c-0000-4000-8000-000000000930", name: "Test Wallet", icon: "data:image/svg+xml,<svg/>", rdns: "org.althing.test" };
const announce = () => window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider }) }));
window.addEventListener("eip6963:requestProvider", announce);
announce();
