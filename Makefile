# Two commands: `make demo` tries wasmnb, `make test` checks it. Both set up whatever they need first.
.PHONY: demo test check types lint page-tests python-tests ready bench bench-boot bench-server bench-site dist assets \
  setup format docs changelog pins clean
.DELETE_ON_ERROR:

# Whatever this machine says elsewhere: Python starts some hundred times, and reads its sources once.
export PYTHONDONTWRITEBYTECODE :=

bin := .venv/bin
done := .cache/done
npm := npm --prefix web --no-update-notifier
# Browsers wait for much besides the processor; files go to workers in the order of tests/conftest.py.
pytest := $(bin)/pytest -n 4 --dist loadfile --no-loadscope-reorder

demo: assets
	$(bin)/wasmnb serve examples $(options)

test:
	$(MAKE) -j 4 $(prepared) check page-tests
	$(pytest)

check: types lint

types: setup
	$(bin)/mypy
	$(npm) run --silent types

lint: setup
	$(bin)/ruff check
	$(bin)/ruff format --check
	$(bin)/lint-imports --no-logo --cache-dir .cache/import_linter
	$(npm) run --silent lint
	$(npm) run --silent rooms

page-tests: setup
	$(npm) run --silent test

python-tests: ready
	$(pytest)

# Some of it waits for the network, some for the processor.
prepared := dist $(done)/browser $(done)/notebooks $(done)/wheelhouse $(done)/distribution

ready:
	$(MAKE) -j 3 $(prepared)

format: setup
	$(bin)/ruff check --fix
	$(bin)/ruff format

# The part of the documentation that is made from the code, and the list of changes that is made from commits.
docs: setup
	$(bin)/python build/docs/command_line.py > docs/reference/command-line.md

changelog: setup
	$(bin)/git-cliff --offline --output CHANGELOG.md

# --- how fast it is, beside what people use instead: each prints a table and leaves .cache/bench/NAME.json ---

bench: assets $(done)/browser
	$(bin)/python -m tests.bench.kernel

bench-boot: assets $(done)/browser
	$(bin)/python -m tests.bench.boot $(options)

bench-server: assets $(done)/wrk
	$(bin)/python -m tests.bench.server

bench-site: assets $(done)/browser
	$(bin)/python -m tests.bench.site $(options)

# --- what users install ---

dist: assets
	build/dist

assets: setup
	build/assets

# --- set-up: each part once, and again when its pins change ---

setup: $(done)/python $(done)/node

$(done)/python: build/setup/requirements.txt pyproject.toml kernels/python/pyproject.toml
	build/setup/get-python
	@mkdir -p $(@D) && touch $@

$(done)/node: web/package.json web/package-lock.json
	build/setup/get-node
	@mkdir -p $(@D) && touch $@

$(done)/browser: build/setup/get-browser $(done)/python
	build/setup/get-browser
	@mkdir -p $(@D) && touch $@

$(done)/wrk: build/setup/get-wrk
	build/setup/get-wrk
	@mkdir -p $(@D) && touch $@

$(done)/notebooks: build/testdata/notebooks.py build/setup/pins.toml $(done)/python
	$(bin)/python build/testdata/notebooks.py
	@mkdir -p $(@D) && touch $@

$(done)/distribution: build/testdata/distribution.py build/kernel/wheels.py build/setup/pins.toml $(done)/python
	PYTHONPATH=build/kernel $(bin)/python build/testdata/distribution.py
	@mkdir -p $(@D) && touch $@

$(done)/wheelhouse: build/setup/runtime.txt $(done)/python
	$(bin)/python -m pip download --disable-pip-version-check --no-deps --require-hashes -r $< -d .cache/wheelhouse
	@mkdir -p $(@D) && touch $@

# --- pins: raised by hand, then locked with hashes ---

pins: setup
	build/setup/pin

clean:
	rm -rf .venv .cache dist web/node_modules wasmnb/assets
