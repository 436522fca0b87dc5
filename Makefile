# `make` builds the command and the example workflows; `cmake --build build` then builds the suites
# too. The work is done by CMake and by the scripts in ci/.

MAKEFLAGS += --no-print-directory
JOBS := $(shell nproc)

.PHONY: all setup check demo bench coverage tidy format clean help

all:
	@cmake -S . -B build >/dev/null
	@cmake --build build -j $(JOBS) --target rehearse-command fixtures

setup:
	@ci/setup

check: setup
	@ci/check

demo: setup all
	@ci/demo

bench:
	@ci/bench $(ARGS)

coverage: setup
	@ci/coverage

tidy:
	@ci/tidy

format:
	@ci/tidy --format

clean:
	rm -rf build build-* rehearse-out

help:
	@echo 'make           build build/rehearse'
	@echo 'make demo      install what is missing, build, rehearse the example release'
	@echo 'make check     install what is missing, run every check: what CI runs'
	@echo 'make bench     measure, write rehearse-out/bench.json'
	@echo 'make coverage  which lines and branches the suites reach, in rehearse-out/coverage'
	@echo 'make tidy      formatting, include directions, banned calls, lengths'
	@echo 'make format    let clang-format rewrite the sources'
	@echo 'make setup     only install what is missing (Debian packages)'
	@echo 'make clean     remove all that was built'
