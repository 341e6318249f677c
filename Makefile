# Every target leaves its mark under build/stamps, so a second run reuses what is there.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
BIN := .venv/bin
STAMPS := build/stamps
export CARGO_TARGET_DIR := $(CURDIR)/native/target
export VIRTUAL_ENV := $(CURDIR)/.venv

NATIVE := native/Cargo.toml native/Cargo.lock $(shell find native/src -name '*.rs')
CIRCUITS := circuits/catalogue.json circuits/artifacts.lock $(shell find circuits -name '*.circom')
CONTRACTS := $(shell find verifier_contracts -name '*.sol' -not -path '*/out/*' 2>/dev/null)

comma := ,
# $(call need,COMMAND THAT SUCCEEDS WHEN IT IS THERE,WHAT IS MISSING,COMMAND THAT INSTALLS IT)
need = $(1) >/dev/null 2>&1 || { echo "zkdata needs $(2). Install it with:  $(3)" >&2; exit 2; }

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

.PHONY: demo
demo: build ## the whole journey on an embedded chain, told in the terminal
	@$(BIN)/zkdata demo $(ARGS)

.PHONY: test
test: build ## every test but the deep ones: Python, Rust, Solidity
	cd native && cargo test --release --locked --quiet --lib --tests
	cd verifier_contracts && ../$(FORGE) test
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

.PHONY: test-deep
test-deep: test build/tools/ipfs ## the long tiers as well: live oracles, long fuzzing, larger circuits, pages in a browser
	@$(call need,command -v chromium || command -v chromium-browser || command -v google-chrome || command -v google-chrome-stable,Chromium,sudo apt-get install chromium)
	@$(call need,command -v nasm && printf '#include <gmp.h>\n#include <nlohmann/json.hpp>' | g++ -E -x c++ -,what circom's C++ is built with,sudo apt-get install g++ nasm libgmp-dev nlohmann-json3-dev)
	cd native && ZKDATA_FUZZ_RUNS=1000000 cargo test --release --locked --quiet --test fuzz
	cd native && ZKDATA_CEREMONY_STRIDE=1 ZKDATA_FIRST_CHALLENGES=20 cargo test --release --locked --quiet --test ceremony
	cd native && ZKDATA_TIMING_SAMPLES=1000000 cargo test --release --locked --quiet --test timing
	HYPOTHESIS_PROFILE=deep $(BIN)/python -m pytest -m deep -n 2 --dist loadgroup $(ARGS)
	cd verifier_contracts && FOUNDRY_PROFILE=deep ../$(FORGE) test

# Built from a module of our own: `go install` takes no module whose go.mod excludes versions, as kubo's does.
KUBO := v0.43.0
build/tools/ipfs:
	@$(call need,go version,Go 1.26 or newer,https://go.dev/doc/install)
	@echo "building kubo $(KUBO), a real IPFS node (some minutes)"
	@mkdir -p build/tools/kubo && printf 'module kubo\n\ngo 1.26\n' > build/tools/kubo/go.mod
	@cd build/tools/kubo && GOFLAGS=-mod=mod go get -tool github.com/ipfs/kubo/cmd/ipfs@$(KUBO)
	@cd build/tools/kubo && GOFLAGS=-mod=mod go build -buildvcs=false -trimpath -o ../ipfs github.com/ipfs/kubo/cmd/ipfs

LLVM ?= /usr/lib/llvm-22/bin
.PHONY: coverage
coverage: build ## line coverage of the native core's file parsers, at least 95 % each
	@$(call need,cargo llvm-cov --version,cargo-llvm-cov,cargo install --locked cargo-llvm-cov@0.9.1)
	@$(call need,test -x $(LLVM)/llvm-cov,LLVM 22 as rustc -vV names it,sudo apt-get install llvm-22)
	cd native && LLVM_COV=$(LLVM)/llvm-cov LLVM_PROFDATA=$(LLVM)/llvm-profdata \
		cargo llvm-cov --release --locked --tests --json --summary-only --output-path ../build/coverage.json
	$(BIN)/python -m tests.line_coverage < build/coverage.json

.PHONY: audit-circuits
audit-circuits: build ## attack every circuit: a million evil witnesses, mutants, free wires; ARGS='--mutants 40 --tries 50' for a look
	$(BIN)/python -m tests.circuits.audit $(ARGS)

.PHONY: audit-contracts
audit-contracts: build ## prove properties of the contracts with halmos, and read them with slither; ARGS=--quick for a look
	$(BIN)/python -m tests.contracts.audit $(ARGS)

.PHONY: bench
bench: build ## from records to paid on this machine, beside the peers found; ARGS='--full --out build/bench' for publication
	$(BIN)/zkdata bench $(ARGS)

.PHONY: bench-parts
bench-parts: build ## single calls by pytest-benchmark: sealing, witness, proof, verification, setup
	$(BIN)/python -m pytest bench/bench_*.py -o python_files='bench_*.py' -q --benchmark-columns=min,median,max,rounds $(ARGS)

# rapidsnark is under the LGPL: a release of it, unpacked into build/peers/rapidsnark, is timed too and never built here.
.PHONY: peers
peers: build ## provers to time ours against, and what they are timed on; then: python -m bench.provers --sizes 13 16 18
	cd bench/peers/arkworks && CARGO_TARGET_DIR=$(CURDIR)/build/peers/target cargo build --release --locked
	$(BIN)/python -m bench.materials 13 16 18 $(ARGS)

.PHONY: build
build: $(STAMPS)/native $(STAMPS)/circuits ## native core, circuits and development keys

.PHONY: lint
lint: build ## formatters, types, layers, lints of all four languages
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd native && cargo fmt --check
	cd bench/peers/arkworks && cargo fmt --check
	cd native && cargo clippy --release --locked --all-targets --features python -- -D warnings
	node_modules/.bin/solhint --max-warnings 0 $(SOLIDITY)
	node_modules/.bin/prettier --check $(SOLIDITY)
	$(BIN)/python -m zkdata.proof.circuit --inspect
	$(BIN)/python -m tests.reference.emit --check

.PHONY: format
format: $(STAMPS)/python $(STAMPS)/node ## rewrite sources in the house style
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	cd native && cargo fmt
	cd bench/peers/arkworks && cargo fmt
	node_modules/.bin/prettier --write $(SOLIDITY)

.PHONY: constants
constants: $(STAMPS)/python ## regenerate Poseidon constants and hash tags in every language
	$(BIN)/python -m tests.reference.emit

.PHONY: vectors
vectors: $(STAMPS)/native $(STAMPS)/node ## regenerate the committed test vectors from their oracles
	$(BIN)/python -m tests.oracles.vectors

.PHONY: contracts
contracts: $(STAMPS)/native $(STAMPS)/node ## recompile the committed ABIs, bytecode and storage layout
	$(BIN)/python -m zkdata.settlement.contracts

.PHONY: docs
docs: $(STAMPS)/native $(STAMPS)/node ## rewrite docs/reference/contracts.md and errors.md from the sources
	$(BIN)/python -m tests.contracts.pages

LOCK := $(BIN)/uv pip compile --generate-hashes --universal --python-version 3.11 --no-header
.PHONY: lock
lock: $(STAMPS)/python ## resolve requirements.lock again from pyproject.toml, and the lists of the tools of audit-contracts
	$(BIN)/python -m pip install --quiet uv
	$(LOCK) pyproject.toml --all-extras -o requirements.lock
	printf 'halmos==0.3.3\nbitwuzla==0.10.0\ncvc5==1.4.2\n' | $(LOCK) - -o tests/contracts/audit/halmos.lock
	printf 'slither-analyzer==0.11.6\n' | $(LOCK) - -o tests/contracts/audit/slither.lock

.PHONY: clean
clean: ## remove everything that make has made
	rm -rf build .venv node_modules native/target zkdata/_native*.so

FORGE := node_modules/.bin/forge
SOLIDITY := 'verifier_contracts/src/**/*.sol' 'verifier_contracts/test/**/*.sol'

$(STAMPS)/tools:
	@$(call need,command -v $(PYTHON),Python 3.11 or newer,sudo apt-get install python3)
	@$(call need,$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))',Python 3.11 or newer,sudo apt-get install python3)
	@$(call need,$(PYTHON) -c 'import ensurepip',Python's venv module,sudo apt-get install python3-venv)
	@$(call need,command -v cargo,a stable Rust with cargo,curl -sSf https://sh.rustup.rs | sh)
	@$(call need,cargo --version | awk '{ split($$2$(comma) v$(comma) "."); exit !(v[1] > 1 || v[2] >= 89) }',Rust 1.89 or newer,rustup update stable)
	@$(call need,command -v cc,a C compiler,sudo apt-get install build-essential)
	@$(call need,node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)',Node 20 or newer,sudo apt-get install nodejs  # Debian 13 or newer; on Debian 12: nvm install 20)
	@$(call need,command -v npm,npm,sudo apt-get install npm)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/python: requirements.lock | $(STAMPS)/tools
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing Python packages into .venv"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(STAMPS)/node: package-lock.json | $(STAMPS)/tools
	@echo "installing compilers and oracles into node_modules"
	@npm ci --loglevel=error --no-audit --no-fund
	@touch $@

$(STAMPS)/native: $(NATIVE) pyproject.toml $(STAMPS)/python
	@echo "building the native core (a minute or two the first time)"
	@$(BIN)/maturin develop --release --locked > build/native.log 2>&1 || { cat build/native.log >&2; exit 1; }
	@touch $@

$(STAMPS)/circuits: $(CIRCUITS) $(STAMPS)/native $(STAMPS)/node
	@$(BIN)/zkdata circuits build
	@touch $@
