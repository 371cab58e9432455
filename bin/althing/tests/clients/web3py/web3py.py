"""web3.py 8: HTTPProvider for requests, WebSocketProvider for subscriptions."""

import asyncio
import json
import os
import sys
import time
import traceback

from eth_account import Account
from web3 import AsyncWeb3, HTTPProvider, Web3, WebSocketProvider
from web3.exceptions import ContractCustomError

CHAIN_ID = 930930
SUITE = os.environ["SUITE"]
WAIT_S = 30

w3 = Web3(HTTPProvider(os.environ["RPC_URL"]))
account = Account.from_key(os.environ["PRIVATE_KEY"])
receiver = Account.create().address
counts = {"passed": 0, "failed": 0}
with open(os.path.join(os.environ["ARTIFACTS"], "Token.json"), encoding="utf8") as file:
    artifact = json.load(file)
supply = 10**24


def check(name, body):
    """Runs one check and prints its line; a failed check does not stop the suite."""
    started = time.monotonic()
    try:
        value = body()
        counts["passed"] += 1
        print(f"ok      {SUITE}: {name} ({(time.monotonic() - started) * 1000:.0f} ms)")
        return value
    except Exception:
        counts["failed"] += 1
        print(f"FAILED  {SUITE}: {name}")
        print("".join(f"        {line}\n" for line in traceback.format_exc().splitlines()[-20:]), end="")
        return None


def mined(transaction):
    """Signs, sends and waits for success."""
    signed = account.sign_transaction(transaction)
    receipt = w3.eth.wait_for_transaction_receipt(w3.eth.send_raw_transaction(signed.raw_transaction), WAIT_S, 0.1)
    assert receipt.status == 1
    return receipt


def fields(**extra):
    """What every transaction of this suite carries."""
    return {"from": account.address, "nonce": w3.eth.get_transaction_count(account.address), "chainId": CHAIN_ID, **extra}


def fees():
    tip = w3.eth.max_priority_fee
    return {"maxPriorityFeePerGas": tip, "maxFeePerGas": tip + 2 * w3.eth.get_block("latest").baseFeePerGas}


def chain_id():
    assert w3.eth.chain_id == CHAIN_ID


def client_version():
    assert "/" in w3.client_version


def balance():
    assert w3.eth.get_balance(account.address) > 10**18


def eip1559_transfer():
    receipt = mined(fields(to=receiver, value=15 * 10**17, gas=21_000, **fees()))
    assert receipt.type == 2
    assert w3.eth.get_balance(receiver) == 15 * 10**17


def legacy_transfer():
    receipt = mined(fields(to=receiver, value=1, gas=21_000, gasPrice=w3.eth.gas_price))
    assert receipt.type == 0


def deploy():
    factory = w3.eth.contract(abi=artifact["abi"], bytecode=artifact["bytecode"])
    receipt = mined(factory.constructor(supply).build_transaction(fields(**fees())))
    return w3.eth.contract(address=receipt.contractAddress, abi=artifact["abi"])


def transfer(value):
    return mined(token.functions.transfer(receiver, value).build_transaction(fields(**fees())))


def call():
    assert token.functions.symbol().call() == "ATT"
    assert token.functions.balanceOf(account.address).call() == supply


def custom_error():
    try:
        token.functions.transfer(receiver, supply + 1).call({"from": account.address})
    except ContractCustomError as error:
        selector, arguments = error.data[:10], bytes.fromhex(error.data[10:])
        assert selector == Web3.to_hex(Web3.keccak(text="InsufficientBalance(address,uint256,uint256)")[:4])
        assert w3.codec.decode(["address", "uint256", "uint256"], arguments) == (account.address.lower(), supply, supply + 1)
        return
    raise AssertionError("the call did not revert")


def event_query():
    receipt = transfer(7)
    events = token.events.Transfer().get_logs(from_block=receipt.blockNumber, argument_filters={"to": receiver})
    assert [event.args.value for event in events] == [7]


def event_filter():
    watch = token.events.Transfer.create_filter(from_block="latest", argument_filters={"to": receiver})
    transfer(8)
    deadline = time.monotonic() + WAIT_S
    values = []
    while not values and time.monotonic() < deadline:
        values = [event.args.value for event in watch.get_new_entries() if event.args.value == 8]
    assert values == [8]


def block_filter():
    watch = w3.eth.filter("latest")
    receipt = transfer(1)
    deadline = time.monotonic() + WAIT_S
    seen = []
    while receipt.blockHash not in seen and time.monotonic() < deadline:
        seen += watch.get_new_entries()
    assert receipt.blockHash in seen


async def subscribed(kind, arguments, act, wanted):
    """Subscribes over WebSocket, acts, and returns the first message that `wanted` accepts."""
    async with AsyncWeb3(WebSocketProvider(os.environ["WS_URL"])) as socket:
        await socket.eth.subscribe(kind, *arguments)
        outcome = await asyncio.to_thread(act)

        async def first():
            async for message in socket.socket.process_subscriptions():
                if wanted(message["result"], outcome):
                    return message["result"]

        return await asyncio.wait_for(first(), WAIT_S)


def event_subscription():
    topic = Web3.keccak(text="Transfer(address,address,uint256)")
    filters = {"address": token.address, "topics": [topic]}
    log = asyncio.run(subscribed("logs", [filters], lambda: transfer(9), lambda log, receipt: log["transactionHash"] == receipt.transactionHash))
    assert int(log["data"].hex(), 16) == 9


def new_heads():
    head = asyncio.run(subscribed("newHeads", [], lambda: transfer(1), lambda head, receipt: head["number"] == receipt.blockNumber))
    assert head["hash"] == w3.eth.get_block(head["number"]).hash


def proof():
    answer = w3.eth.get_proof(token.address, [0], "latest")
    assert int(answer.storageProof[0].value.hex(), 16) == supply


check("chain id", chain_id)
check("client version", client_version)
check("balance", balance)
check("EIP-1559 transfer", eip1559_transfer)
check("legacy transfer", legacy_transfer)
token = check("deploy", deploy)
check("call", call)
check("custom error of a revert is decoded", custom_error)
check("event query", event_query)
check("event filter over HTTP", event_filter)
check("block filter over HTTP", block_filter)
check("event subscription over WebSocket", event_subscription)
check("newHeads over WebSocket", new_heads)
check("proof", proof)
print(f"{counts['passed']} passed, {counts['failed']} failed")
sys.exit(0 if counts["failed"] == 0 and counts["passed"] > 0 else 1)
