# `make run`: a chain on this machine. `make test`: everything a change must pass.
SHELL := /bin/bash
CARGO ?= cargo
export CARGO_TARGET_DIR ?= $(CURDIR)/target
ALTHING := $(CARGO_TARGET_DIR)/release/althing
CLIENTS := bin/althing/tests/clients
FUZZ_SECONDS ?= 600

.PHONY: run test test-rust test-contracts test-clients test-hive openrpc tidy lint bench conformance fuzz setup binary

run: ## start a development chain on 127.0.0.1:8545
	@command -v cc >/dev/null || .ci/setup
	$(CARGO) run --release --locked --package althing -- dev $(ARGS)

test: setup test-rust test-contracts test-clients test-hive

test-rust: ## unit, property, integration and house-rule tests
	$(CARGO) test --release --locked --workspace --no-fail-fast

test-contracts: setup ## Solidity files against the native code: layout, selectors, the trampoline, imports by npm and Foundry
	node crates/contracts/solidity/check.mjs

test-clients: setup binary ## cast, forge, viem, ethers, web3.js, web3.py, Hardhat, MetaMask, Chromium, Ponder, the book; SUITES="viem cast" picks
	node $(CLIENTS)/run.mjs --althing $(ALTHING) $(SUITES)

test-hive: setup binary ## the conformance suites through hive's start script, where the test data is
	ALTHING=$(ALTHING) hive-tests/check.sh

binary: # built the way the tests are, so that nothing is compiled twice
	$(CARGO) test --release --locked --workspace --no-run

openrpc: ## the manual's page of every JSON-RPC method
	$(CARGO) run --quiet --release --locked --package althing-rpc --example openrpc > book/src/json-rpc-methods.md

tidy: ## the house rules alone
	$(CARGO) run --quiet --release --locked --package xtask -- tidy

lint: ## formatting and clippy, warnings refused
	$(CARGO) fmt --all --check
	$(CARGO) clippy --release --locked --workspace --all-targets -- -D warnings

bench: setup binary ## this machine's figures into target/bench; BOOK=book/src/figures.md updates the book
	node $(CLIENTS)/bench.mjs --althing $(ALTHING) --out target/bench $(if $(BOOK),--book $(BOOK))

conformance: setup ## every stored fixture of Ethereum's suites; DIR and SUITE play any other folder
	$(CARGO) build --release --locked --package althing-conformance
	$(if $(DIR),$(CARGO_TARGET_DIR)/release/conformance $(SUITE) $(DIR),.ci/conformance)

fuzz: setup ## hostile bytes, led by coverage: each target for FUZZ_SECONDS of CPU time; TARGETS="block request" picks
	@command -v g++ >/dev/null || .ci/setup g++
	fuzz/run $(FUZZ_SECONDS) $(TARGETS)

setup: ## what the tests need from Debian
	@.ci/setup
