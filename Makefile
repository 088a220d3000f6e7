# Names for what CMake presets and scripts do.

.PHONY: help demo test bench-standalone bench-intake bench-funding bench-indicators bench-calls bench-cache bench-report bench test-faults soak fuzz setup dev release asan tsan format lint tidy clean

help:
	@echo 'make demo     install what is missing, build, and run the programme from files to report'
	@echo 'make test     install what is missing, build, and run every test (PRESET=dev|release|asan|tsan)'
	@echo 'make dev      build with assertions; also: release, asan, tsan'
	@echo 'make bench-standalone'
	@echo '              measure how soon it answers, how long an import takes, how much memory'
	@echo 'make bench-intake'
	@echo '              measure durable intake beside bare gRPC, plain inserts and COPY'
	@echo 'make bench-funding'
	@echo '              measure a national allocation beside the same rules in floating point'
	@echo 'make bench-indicators'
	@echo '              measure folding and national figures beside GROUP BY and R'
	@echo 'make bench-calls'
	@echo '              measure what each call costs the server beside an empty one, and hold it to its budget'
	@echo 'make bench-cache'
	@echo '              measure dear figures and pages without a cache, with one in the process and with Redis'
	@echo 'make bench-report'
	@echo '              measure composing a national edition and serving it beside a bare file server'
	@echo 'make bench    all of these'
	@echo 'make test-faults'
	@echo '              kill, freeze, cut off, overload and roll over what runs, again and again, for half an hour'
	@echo 'make soak     fail if memory, threads, descriptors or connections grow in a quarter of an hour (SECONDS_LONG=900)'
	@echo 'make fuzz     feed every decoder of outside data with what might break it, a minute each (SECONDS_EACH=60)'
	@echo 'make format   format the C++ files'
	@echo 'make lint     check the protos (needs Node)'
	@echo 'make tidy     check what compilers cannot see'
	@echo 'make clean    remove what was built'

demo:
	@tools/demo.sh

test:
	@tools/test.sh

bench-standalone:
	@tools/bench-standalone.sh

bench-intake:
	@tools/bench-intake.sh

bench-funding:
	@tools/bench-funding.sh

bench-indicators:
	@tools/bench-indicators.sh

bench-report:
	@tools/bench-report.sh

bench-calls:
	@tools/bench-calls.sh

bench-cache:
	@tools/bench-cache.sh

bench: bench-calls bench-cache bench-standalone bench-intake bench-funding bench-indicators bench-report

test-faults:
	@tools/test-faults.sh

soak:
	@tools/soak.sh

fuzz:
	@tools/fuzz.sh

setup:
	@tools/setup.sh

dev release asan tsan: setup
	cmake --preset $@
	cmake --build --preset $@

format:
	@tools/format.sh

lint:
	@tools/buf.sh lint

tidy:
	@python3 tests/tidy/tidy_test.py

clean:
	rm -rf build
