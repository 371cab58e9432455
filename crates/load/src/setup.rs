use crate::{
    Kind, LoadArgs,
    accounts::{self, Account, Act, Signed, Terms},
    contracts,
    rpc::Rpc,
};
use althing_primitives::{Address, Bytes, TxKind, U256};
use eyre::{Context, Result, ensure, eyre};
use serde_json::json;

/// Fee cap over the present gas price: full blocks raise the base fee by an eighth each.
const FEE_MARGIN: u128 = 200;
/// Funding transfers of one funder under way at once: pools hold that many of one sender.
const FUNDING_ROUND: usize = 50;
/// Owners dealt to by one transaction; far below every gas limit.
const DEAL_OWNERS: usize = 100;
const DEAL_GAS: u64 = 100_000 + DEAL_OWNERS as u64 * 60_000;
const DEPLOY_GAS: u64 = 3_000_000;
const TRANSFER_GAS: u64 = 21_000;
/// Tokens each sender and, a thousand times that, the pair get.
const TOKENS: u128 = 1_000_000_000_000_000_000_000;

/// Everything a plan needs: funded senders, deployed contracts, fees.
pub(crate) struct Stage {
    pub(crate) terms: Terms,
    pub(crate) senders: Vec<Account>,
    pub(crate) contracts: Contracts,
}

/// What the calls go to; zero where the kind needs none.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Contracts {
    pub(crate) token: Address,
    pub(crate) pair: Address,
}

/// Funds the senders for `each` transactions and deploys what the kind needs.
pub(crate) async fn prepare(rpc: &mut Rpc, args: &LoadArgs, each: u64) -> Result<Stage> {
    let chain_id = rpc.chain_id().await.wrap_err_with(|| format!("no answer from {}", args.rpc[0]))?;
    let terms = terms(rpc, chain_id).await?;
    let mut senders = accounts::senders(&args.seed, args.accounts)?;
    let mut funders = match &args.funder_key_file {
        Some(path) => accounts::funder_from_file(path)?,
        None => accounts::funders(&args.mnemonic)?,
    };
    read_nonces(rpc, &mut funders).await?;
    fund(rpc, &mut funders, &senders, &terms, needed(args.kind, each, &terms)).await?;
    let contracts = match args.kind {
        Kind::Transfer => Contracts::default(),
        _ => deploy(rpc, &mut funders[0], &senders, &terms).await?,
    };
    read_nonces(rpc, &mut senders).await?;
    Ok(Stage { terms, senders, contracts })
}

async fn terms(rpc: &mut Rpc, chain_id: u64) -> Result<Terms> {
    let price: U256 = rpc.call("eth_gasPrice", json!([])).await?;
    let price: u128 = price.try_into().map_err(|_| eyre!("the gas price has more than 128 bits"))?;
    // Nodes without the method take any tip up to their gas price.
    let tip: U256 = rpc.call("eth_maxPriorityFeePerGas", json!([])).await.unwrap_or_default();
    let tip = tip.try_into().unwrap_or(price).min(price);
    Ok(Terms { chain_id, max_fee: price.saturating_mul(FEE_MARGIN), tip })
}

/// Wei one sender spends at most.
fn needed(kind: Kind, each: u64, terms: &Terms) -> U256 {
    let gas = gas_limit(if kind == Kind::Transfer { Kind::Transfer } else { Kind::Swap });
    U256::from(each) * (U256::from(gas) * U256::from(terms.max_fee) + U256::ONE)
}

/// Gas limit of what a kind sends (for a mixture, of its dearest part).
pub(crate) const fn gas_limit(kind: Kind) -> u64 {
    match kind {
        Kind::Transfer => TRANSFER_GAS,
        Kind::Erc20 => 80_000,
        Kind::Swap | Kind::Mixed => 200_000,
    }
}

async fn read_nonces(rpc: &mut Rpc, accounts: &mut [Account]) -> Result<()> {
    let addresses: Vec<_> = accounts.iter().map(|account| account.address).collect();
    for (account, nonce) in accounts.iter_mut().zip(rpc.nonces(&addresses).await?) {
        account.nonce = nonce;
    }
    Ok(())
}

async fn fund(rpc: &mut Rpc, funders: &mut [Account], senders: &[Account], terms: &Terms, needed: U256) -> Result<()> {
    let addresses: Vec<_> = senders.iter().map(|sender| sender.address).collect();
    let balances = rpc.balances(&addresses).await?;
    let poor: Vec<_> = addresses.into_iter().zip(balances).filter(|(_, has)| *has < needed).collect();
    check_funds(rpc, funders, &poor, terms, needed).await?;
    for round in poor.chunks(FUNDING_ROUND * funders.len()) {
        let mut raw = Vec::with_capacity(round.len());
        for (index, (to, has)) in round.iter().enumerate() {
            let value = needed - has;
            let act = Act { to: TxKind::Call(*to), value, input: Bytes::new(), gas_limit: TRANSFER_GAS };
            let funder = index % funders.len();
            raw.push(funders[funder].sign(act, terms));
        }
        rpc.send_all(&raw).await.wrap_err("funding the senders")?;
    }
    Ok(())
}

async fn check_funds(
    rpc: &mut Rpc,
    funders: &[Account],
    poor: &[(Address, U256)],
    terms: &Terms,
    needed: U256,
) -> Result<()> {
    let gas = U256::from(TRANSFER_GAS) * U256::from(terms.max_fee);
    let total = poor.iter().fold(U256::ZERO, |total, (_, has)| total + (needed - has) + gas);
    let addresses: Vec<_> = funders.iter().map(|funder| funder.address).collect();
    let has = rpc.balances(&addresses).await?.into_iter().fold(U256::ZERO, U256::saturating_add);
    ensure!(
        has >= total,
        "the funding accounts hold {has} wei together, the senders need {total}: lower --duration or --rate, \
         or name another funder"
    );
    Ok(())
}

async fn deploy(rpc: &mut Rpc, maker: &mut Account, senders: &[Account], terms: &Terms) -> Result<Contracts> {
    let create = |input| Act { to: TxKind::Create, value: U256::ZERO, input, gas_limit: DEPLOY_GAS };
    let tokens = [maker.sign(create(contracts::token()), terms), maker.sign(create(contracts::token()), terms)];
    let tokens = created(rpc, &tokens).await?;
    let pair = maker.sign(create(contracts::pair([tokens[0], tokens[1]])), terms);
    let pair = created(rpc, &[pair]).await?[0];
    let mut raw = Vec::new();
    for token in &tokens {
        let call = |input, gas_limit| Act { to: TxKind::Call(*token), value: U256::ZERO, input, gas_limit };
        for owners in senders.chunks(DEAL_OWNERS) {
            let owners: Vec<_> = owners.iter().map(|owner| owner.address).collect();
            raw.push(maker.sign(call(contracts::deal_input(&owners, U256::from(TOKENS), pair), DEAL_GAS), terms));
        }
        let reserve = U256::from(TOKENS) * U256::from(1000);
        raw.push(maker.sign(call(contracts::deal_input(&[pair], reserve, Address::ZERO), DEAL_GAS), terms));
    }
    let sync = Act { to: TxKind::Call(pair), value: U256::ZERO, input: contracts::sync_input(), gas_limit: 200_000 };
    raw.push(maker.sign(sync, terms));
    for round in raw.chunks(FUNDING_ROUND) {
        rpc.send_all(round).await.wrap_err("dealing out tokens")?;
    }
    Ok(Contracts { token: tokens[0], pair })
}

async fn created(rpc: &mut Rpc, raw: &[Signed]) -> Result<Vec<Address>> {
    let receipts = rpc.send_all(raw).await.wrap_err("deploying the contracts")?;
    let addresses = receipts.into_iter().map(|receipt| receipt.contract_address);
    addresses.map(|address| address.ok_or_else(|| eyre!("the receipt of a deployment names no contract"))).collect()
}
