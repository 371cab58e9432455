// MetaMask without its window: its own controllers wired to each other, every approval given at once.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { AccountsController } = require("@metamask/accounts-controller");
const { ApprovalController } = require("@metamask/approval-controller");
const { GasFeeController } = require("@metamask/gas-fee-controller");
const { KeyringController } = require("@metamask/keyring-controller");
const { MOCK_ANY_NAMESPACE, Messenger } = require("@metamask/messenger");
const { NetworkController, RpcEndpointType } = require("@metamask/network-controller");
const { TransactionController } = require("@metamask/transaction-controller");

const NOWHERE = "http://127.0.0.1:9"; // stands for its maker's services, which a consortium switches off

/** A wallet holding the account of `privateKey`. */
export async function openWallet(privateKey) {
  const messenger = new Messenger({ namespace: MOCK_ANY_NAMESPACE });
  messenger.registerActionHandler("ErrorReportingService:captureException", (error) => console.log(`        ${error}`));
  messenger.registerActionHandler("RemoteFeatureFlagController:getState", () => ({ remoteFeatureFlags: {}, cacheTimestamp: 0 }));

  const keyring = new KeyringController({ messenger });
  const accounts = new AccountsController({ messenger, state: { internalAccounts: { accounts: {}, selectedAccount: "" } } });
  const approvals = new ApprovalController({ messenger, showApprovalRequest: () => {} });
  messenger.subscribe("ApprovalController:stateChange", ({ pendingApprovals }) => {
    for (const id of Object.keys(pendingApprovals)) approvals.accept(id, undefined, { waitForResult: false }).catch(() => {});
  });
  const network = new NetworkController({
    messenger,
    infuraProjectId: "0".repeat(32),
    getRpcServiceOptions: () => ({ fetch, btoa }),
    getBlockTrackerOptions: () => ({ pollingInterval: 500 }),
  });
  network.initializeProvider();
  const eip1559 = () => network.getEIP1559Compatibility();
  const gasFees = new GasFeeController({
    messenger,
    getCurrentNetworkEIP1559Compatibility: eip1559,
    getCurrentAccountEIP1559Compatibility: () => true,
    getCurrentNetworkLegacyGasAPICompatibility: () => false,
    getProvider: () => network.getProviderAndBlockTracker().provider,
    EIP1559APIEndpoint: `${NOWHERE}/<chain_id>`,
    legacyAPIEndpoint: `${NOWHERE}/<chain_id>`,
    clientId: "extension",
  });
  const transactions = new TransactionController({
    messenger,
    disableHistory: true,
    disableSendFlowHistory: true,
    disableSwaps: true,
    getCurrentNetworkEIP1559Compatibility: eip1559,
    getCurrentAccountEIP1559Compatibility: async () => true,
    getGasFeeEstimates: (options) => gasFees.fetchGasFeeEstimates(options),
    getNetworkClientRegistry: () => network.getNetworkClientRegistry(),
    getNetworkState: () => network.state,
    getPermittedAccounts: async () => keyring.getAccounts(),
    isSimulationEnabled: () => false,
    isFirstTimeInteractionEnabled: () => false,
    incomingTransactions: { isEnabled: () => false },
    sign: (transaction, from) => keyring.signTransaction(transaction, from),
    transactionHistoryLimit: 50,
    hooks: {},
  });

  await keyring.createNewVaultAndKeychain("a password for this test only");
  const address = await keyring.importAccountWithStrategy("privateKey", [privateKey]);
  await accounts.updateAccounts();
  accounts.setSelectedAccount(accounts.getAccountByAddress(address).id);
  return { messenger, keyring, network, transactions, address };
}

/** What the user does in "Add a network manually", followed by switching to it. */
export async function addNetwork({ network }, chainId, url) {
  const added = await network.addNetwork({
    chainId: `0x${chainId.toString(16)}`,
    name: "Althing",
    nativeCurrency: "ETH",
    blockExplorerUrls: [],
    defaultRpcEndpointIndex: 0,
    rpcEndpoints: [{ type: RpcEndpointType.Custom, name: "Althing", url }],
  });
  const { networkClientId } = added.rpcEndpoints[0];
  await network.setActiveNetwork(networkClientId);
  return networkClientId;
}

/** Sends `params` with the wallet's own defaults and resolves when the wallet shows it confirmed. */
export async function sendAndConfirm({ messenger, transactions, address }, networkClientId, params) {
  const { result, transactionMeta } = await transactions.addTransaction({ from: address, ...params }, { networkClientId, origin: "metamask" });
  const confirmed = new Promise((resolve, reject) => {
    const done = ({ transactions: all }) => {
      const meta = all.find(({ id }) => id === transactionMeta.id);
      if (meta?.status === "confirmed") resolve(meta);
      if (meta?.status === "failed" || meta?.status === "dropped") reject(new Error(`${meta.status}: ${meta.error?.message}`));
    };
    messenger.subscribe("TransactionController:stateChange", done);
  });
  confirmed.catch(() => {});
  await result;
  return confirmed;
}
