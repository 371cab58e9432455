# From hive's /genesis.json and HIVE_ variables to a genesis Althing reads: the variables say which forks there are.
# Numbers stay the texts they come as, so that none is rounded. Without HIVE_CHAIN_ID the file's own config holds.

def given: with_entries(select(.value != null and .value != ""));

# Mainnet's values (EIP-4844, EIP-7691, EIP-7892) where a fork is on and its variables are not.
def blobs($fork; $target; $max; $fraction):
  if ($ENV["HIVE_\($fork)_TIMESTAMP"] // "") == "" then null
  else {
    target: ($ENV["HIVE_\($fork)_BLOB_TARGET"] // $target),
    max: ($ENV["HIVE_\($fork)_BLOB_MAX"] // $max),
    baseFeeUpdateFraction: ($ENV["HIVE_\($fork)_BLOB_BASE_FEE_UPDATE_FRACTION"] // $fraction)
  } end;

def config: {
  chainId: $ENV.HIVE_CHAIN_ID,
  homesteadBlock: $ENV.HIVE_FORK_HOMESTEAD,
  daoForkBlock: $ENV.HIVE_FORK_DAO_BLOCK,
  daoForkSupport: (if ($ENV.HIVE_FORK_DAO_VOTE // "") == "" then null else $ENV.HIVE_FORK_DAO_VOTE == "1" end),
  eip150Block: $ENV.HIVE_FORK_TANGERINE,
  eip155Block: $ENV.HIVE_FORK_SPURIOUS,
  eip158Block: $ENV.HIVE_FORK_SPURIOUS,
  byzantiumBlock: $ENV.HIVE_FORK_BYZANTIUM,
  constantinopleBlock: $ENV.HIVE_FORK_CONSTANTINOPLE,
  petersburgBlock: $ENV.HIVE_FORK_PETERSBURG,
  istanbulBlock: $ENV.HIVE_FORK_ISTANBUL,
  muirGlacierBlock: ($ENV.HIVE_FORK_MUIR_GLACIER // $ENV.HIVE_FORK_MUIRGLACIER),
  berlinBlock: $ENV.HIVE_FORK_BERLIN,
  londonBlock: $ENV.HIVE_FORK_LONDON,
  arrowGlacierBlock: $ENV.HIVE_FORK_ARROW_GLACIER,
  grayGlacierBlock: $ENV.HIVE_FORK_GRAY_GLACIER,
  mergeNetsplitBlock: $ENV.HIVE_MERGE_BLOCK_ID,
  terminalTotalDifficulty: $ENV.HIVE_TERMINAL_TOTAL_DIFFICULTY,
  shanghaiTime: $ENV.HIVE_SHANGHAI_TIMESTAMP,
  cancunTime: $ENV.HIVE_CANCUN_TIMESTAMP,
  pragueTime: $ENV.HIVE_PRAGUE_TIMESTAMP,
  osakaTime: $ENV.HIVE_OSAKA_TIMESTAMP,
  bpo1Time: $ENV.HIVE_BPO1_TIMESTAMP,
  bpo2Time: $ENV.HIVE_BPO2_TIMESTAMP,
  bpo3Time: $ENV.HIVE_BPO3_TIMESTAMP,
  bpo4Time: $ENV.HIVE_BPO4_TIMESTAMP,
  bpo5Time: $ENV.HIVE_BPO5_TIMESTAMP,
  depositContractAddress: ($ENV.HIVE_DEPOSIT_CONTRACT_ADDRESS // "0x00000000219ab540356cbb839cbe05303d7705fa"),
  blobSchedule: ({
    cancun: blobs("CANCUN"; "3"; "6"; "3338477"),
    prague: blobs("PRAGUE"; "6"; "9"; "5007716"),
    osaka: blobs("OSAKA"; "6"; "9"; "5007716"),
    bpo1: blobs("BPO1"; "10"; "15"; "8346193"),
    bpo2: blobs("BPO2"; "14"; "21"; "11684671"),
    bpo3: blobs("BPO3"; "14"; "21"; "11684671"),
    bpo4: blobs("BPO4"; "14"; "21"; "11684671"),
    bpo5: blobs("BPO5"; "14"; "21"; "11684671")
  } | given | if . == {} then null else . end)
} | given;

if ($ENV.HIVE_CHAIN_ID // "") == "" then . else .config = config end
