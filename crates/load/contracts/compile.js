// Prints the creation code of Load.sol's contracts, one `name hex` a line. Needs `solc` 0.8.37 from npm:
//   NODE_PATH=<folder>/node_modules node compile.js > Load.hex
const fs = require('fs');
const path = require('path');
const solc = require('solc');
const settings = {
  evmVersion: 'paris',
  optimizer: { enabled: true, runs: 200 },
  metadata: { bytecodeHash: 'none', appendCBOR: false },
  outputSelection: { '*': { '*': ['evm.bytecode.object'] } },
};
const source = fs.readFileSync(path.join(__dirname, 'Load.sol'), 'utf8');
const input = { language: 'Solidity', sources: { 'Load.sol': { content: source } }, settings };
const output = JSON.parse(solc.compile(JSON.stringify(input)));
const errors = (output.errors || []).filter((error) => error.severity === 'error');
if (errors.length) {
  console.error(errors.map((error) => error.formattedMessage).join('\n'));
  process.exit(1);
}
for (const [name, contract] of Object.entries(output.contracts['Load.sol'])) {
  console.log(`${name} ${contract.evm.bytecode.object}`);
}
