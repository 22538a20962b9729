# Syrinx. `make help` lists the targets.
#
# Variants build in folders of their own: FFT=kissfft (permissive licence), DEVICE=0 (no speakers), FILES=0 (no file formats, no documents), TEXT_DATA=inside (the
# library has its text data in itself).

VERSION  := $(shell cat VERSION)
SOVERSION := $(word 1,$(subst ., ,$(VERSION)))
FFT      ?= fftw
DEVICE   ?= 1
FILES    ?= 1
TEXT_DATA ?= file
PREFIX   ?= /usr/local
DESTDIR  ?=
BUILD    ?= build$(if $(filter kissfft,$(FFT)),-kissfft)$(if $(filter 0,$(DEVICE)),-nodevice)$(if $(filter 0,$(FILES)),-nofiles)$(if $(filter inside,$(TEXT_DATA)),-inside)
CC       ?= gcc
CFLAGS   ?= -O3 -g
ARCH     := $(shell $(CC) -dumpmachine | cut -d- -f1)

# `make V=1` shows whole commands.
q        := $(if $(V),,@)
say      := @printf '  %-4s %s\n'

# -ffp-contract=off: fused operations only where the source asks for them, so that a sum is the same in every build.
# Sections of their own let the linker leave out what nobody calls; nothing here unwinds the stack, so tables for it are for debuggers only.
SMALLER  := -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables
# -fno-math-errno, -fno-trapping-math: sqrt and selects become single instructions; neither changes a result.
OPTIONS  := -std=c11 -D_GNU_SOURCE -fPIC -fvisibility=hidden -pthread -ffp-contract=off -fno-math-errno -fno-trapping-math $(SMALLER) -MMD -MP
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wcast-align -Wmissing-prototypes -Wvla
DEFINES  := -DSX_VERSION='"$(VERSION)"' -DSX_DATA_DIR='"$(PREFIX)/share/syrinx"'
INCLUDES := -Iinclude -Isrc -I$(BUILD)/gen

pkg       = $(shell pkg-config $(1) $(2) 2>/dev/null)
PACKAGES := libutf8proc jansson expat
ifeq ($(FFT),kissfft)
PACKAGES += kissfft-float
DEFINES  += -DSX_FFT_KISSFFT
else
PACKAGES += fftw3f
endif
ifeq ($(DEVICE),1)
PACKAGES += portaudio-2.0
DEFINES  += -DSX_HAVE_DEVICE
endif
ifeq ($(FILES),1)
PACKAGES += sndfile soxr md4c gumbo libzip libebur128
DEFINES  += -DSX_HAVE_FILES
endif
PACKAGE_CFLAGS = $(call pkg,--cflags,$(PACKAGES))
PACKAGE_LIBS   = $(call pkg,--libs,$(PACKAGES))
LIBS     = $(PACKAGE_LIBS) -lm -pthread -ldl

# The library is every folder of src but the programs; the command and the tests are built on it.
LIB_SOURCES := $(filter-out src/dsp/fft_%.c,$(wildcard $(foreach d,base dsp nn nn/ops nn/kernels text voice piper acoustic vocoder audio document score instrument api,src/$(d)/*.c))) \
               src/dsp/fft_$(FFT).c
CLI_SOURCES := $(wildcard src/cli/*.c)
LIB_OBJECTS := $(LIB_SOURCES:%.c=$(BUILD)/%.o)
CLI_OBJECTS := $(CLI_SOURCES:%.c=$(BUILD)/%.o)
TEST_PROGRAMS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/test_*.c))
# Kernels for one processor level are compiled for it and called only where it is there.
ifeq ($(ARCH),x86_64)
$(BUILD)/src/nn/kernels/avx2.o:   LEVEL := -mavx2 -mfma -mf16c
$(BUILD)/src/nn/kernels/avx512.o: LEVEL := -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx2 -mfma -mf16c
$(BUILD)/src/nn/kernels/avx2_short.o:   LEVEL := -mavx2 -mfma -mf16c
$(BUILD)/src/nn/kernels/avx512_short.o: LEVEL := -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx2 -mfma -mf16c
$(BUILD)/src/nn/kernels/avx512_bf16.o:  LEVEL := -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx512bf16 -mavx2 -mfma -mf16c
else ifeq ($(ARCH),aarch64)
$(BUILD)/src/nn/kernels/neon_bf16.o: LEVEL := -march=armv8.2-a+bf16
endif

# What computes samples is compiled for speed (CFLAGS), the rest for size. CFLAGS without -O3 rule alone.
HOT      := src/dsp/% src/text/letters% src/text/wordbook src/text/dict src/vocoder/% src/instrument/% src/acoustic/% src/audio/% src/nn/kernels/% \
            $(addprefix src/nn/ops/,affine along attention channel_norm conv einsum integer_conv integer_matmul linear_attention matmul norm pad pool reduce rnn spectral \
            transpose unary upsample)
WARM     := src/base/% src/text/% src/document/% src/nn/%
COLD     := src/text/say% src/text/ssml% src/instrument/card.c src/instrument/package.c
optimize  = $(if $(filter -O3,$(CFLAGS)),$(if $(filter $(COLD),$<),-Os,$(if $(filter $(HOT),$(basename $<)),,$(if $(filter $(WARM),$<),-O2,-Os))))

all: $(BUILD)/syrinx $(BUILD)/libsyrinx.so $(BUILD)/libsyrinx.a $(BUILD)/nnrun $(BUILD)/syrinx.pc

include $(wildcard src/*/rules.mk)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(say) CC $<
	$(q)$(CC) $(OPTIONS) $(WARNINGS) $(CFLAGS) $(optimize) $(LEVEL) $(DEFINES) $(INCLUDES) $(PACKAGE_CFLAGS) -c $< -o $@

$(BUILD)/libsyrinx.a: $(LIB_OBJECTS)
	@rm -f $@
	$(say) AR $@
	$(q)ar rcs $@ $^

$(BUILD)/libsyrinx.so.$(VERSION): $(LIB_OBJECTS) src/api/syrinx.map
	$(say) LD $@
	$(q)$(CC) -shared -Wl,--as-needed -Wl,--gc-sections -Wl,-z,pack-relative-relocs -Wl,-z,nodelete -Wl,-soname,libsyrinx.so.$(SOVERSION) -Wl,--version-script=src/api/syrinx.map -Wl,-z,defs $(CFLAGS) $(LDFLAGS) -o $@ $(LIB_OBJECTS) $(LIBS)

$(BUILD)/libsyrinx.so: $(BUILD)/libsyrinx.so.$(VERSION)
	ln -sf libsyrinx.so.$(VERSION) $(BUILD)/libsyrinx.so.$(SOVERSION)
	ln -sf libsyrinx.so.$(SOVERSION) $@

$(BUILD)/syrinx: $(CLI_OBJECTS) $(BUILD)/libsyrinx.so
	$(say) LD $@
	$(q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(CLI_OBJECTS) -L$(BUILD) -lsyrinx -Wl,-rpath,'$$ORIGIN' -Wl,-rpath,'$$ORIGIN/../lib' -lm

# The engine alone: src/base and src/nn on libc, libm and pthread, so that it builds for other processors without their packages.
NN_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(filter-out src/base/archive.c src/base/place.c src/base/sax.c,$(wildcard src/base/*.c src/nn/*.c src/nn/ops/*.c src/nn/kernels/*.c)))

$(BUILD)/nnrun: $(BUILD)/src/nn/tool/nnrun.o $(NN_OBJECTS)
	$(say) LD $@
	$(q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lm -pthread

# The kernels' tests without cmocka, for processors that we only cross-build for.
$(BUILD)/tests/kernels $(BUILD)/tests/short: $(BUILD)/tests/%: tests/test_nn_%.c tests/cross/cmocka.h $(NN_OBJECTS)
	@mkdir -p $(@D)
	$(q)$(CC) $(OPTIONS) $(WARNINGS) $(CFLAGS) $(INCLUDES) -Itests/cross $< -o $@ $(LDFLAGS) $(NN_OBJECTS) -lm

$(BUILD)/syrinx.pc: src/api/syrinx.pc.in VERSION
	@mkdir -p $(@D)
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' -e 's|@PACKAGES@|$(PACKAGES)|' $< > $@

# Tests reach inside the library, so they link the archive.
$(BUILD)/tests/%: tests/%.c $(BUILD)/libsyrinx.a
	@mkdir -p $(@D)
	$(say) CC $<
	$(q)$(CC) $(OPTIONS) $(WARNINGS) $(CFLAGS) $(DEFINES) $(INCLUDES) -Itests $(PACKAGE_CFLAGS) $(call pkg,--cflags,cmocka) $< -o $@ $(LDFLAGS) $(BUILD)/libsyrinx.a $(LIBS) $(call pkg,--libs,cmocka)

check: all $(TEST_PROGRAMS)
	@LDFLAGS='$(LDFLAGS)' tests/run $(BUILD)

install-packages = tools/install-packages $(1)

packages-build:
	@tools/install-packages run build
packages-test:
	@tools/install-packages run build test
packages-train:
	@tools/install-packages train

test: packages-test
	@$(MAKE) --no-print-directory check

hello: packages-build
	@$(MAKE) --no-print-directory all
	@tools/hello $(BUILD)

# nnrun for 64-bit ARM, in build-aarch64, with its compiler and qemu-user of the package list's section cross. check-aarch64 emulates its tests,
# and the test folders of whole models in MODELS.
CROSS_MAKE = $(MAKE) BUILD=build-aarch64 CC=aarch64-linux-gnu-gcc LDFLAGS=-static DEVICE=0 FILES=0
nnrun-aarch64:
	@tools/install-packages cross
	@$(CROSS_MAKE) --no-print-directory build-aarch64/nnrun
check-aarch64: nnrun-aarch64
	@$(CROSS_MAKE) --no-print-directory build-aarch64/tests/kernels build-aarch64/tests/short
	@sh tests/cross/aarch64.sh $(MODELS)

# AddressSanitizer and UndefinedBehaviorSanitizer over the whole test suite, in build-sanitize.
sanitize:
	$(MAKE) check BUILD=build-sanitize CFLAGS='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer' LDFLAGS='-fsanitize=address,undefined'

# ThreadSanitizer over what runs on several threads, in build-thread. Libraries that are not built for it are passed over (tests/tsan.supp).
THREAD_TESTS ?= test_concurrency test_stream
sanitize-thread:
	TSAN_OPTIONS="suppressions=$(CURDIR)/tests/tsan.supp halt_on_error=1" TESTS="$(THREAD_TESTS) test_batch" $(MAKE) check BUILD=build-thread \
	    TEST_PROGRAMS='$(patsubst %,build-thread/tests/%,$(THREAD_TESTS))' CFLAGS='-O2 -g -fsanitize=thread -fno-omit-frame-pointer' LDFLAGS='-fsanitize=thread'

test-train: packages-train all
	@. tools/train/env.sh; /usr/bin/python3 tools/train/test_train.py && /usr/bin/python3 tools/train/test_voice.py && /usr/bin/python3 tools/train/test_instruments.py

test-eval: packages-build packages-train
	@$(MAKE) --no-print-directory $(BUILD)/syrinx
	@. tools/train/env.sh; /usr/bin/python3 tools/eval/test_eval.py $(BUILD)

# Fuzzers: each for FUZZ_SECONDS, seeds from tools/fuzz/corpus. Needs clang and its runtime (section fuzz of the package list).
FUZZ_SECONDS ?= 30
FUZZERS := $(patsubst tools/fuzz/%.c,build-fuzz/%,$(wildcard tools/fuzz/fuzz_*.c))

build-fuzz/fuzz_%: tools/fuzz/fuzz_%.c build-fuzz/libsyrinx.a
	clang $(OPTIONS) $(DEFINES) $(INCLUDES) -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined $< -o $@ build-fuzz/libsyrinx.a $(LIBS)

fuzz:
	@tools/install-packages build fuzz
	$(MAKE) build-fuzz/libsyrinx.a BUILD=build-fuzz CC=clang HOSTCC=gcc CFLAGS='-O1 -g -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined'
	$(MAKE) $(FUZZERS) BUILD=build-fuzz
	@for f in $(FUZZERS); do n=$${f##*/fuzz_}; mkdir -p build-fuzz/corpus/$$n; \
	    $$f -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=1024 -print_final_stats=0 build-fuzz/corpus/$$n $$(ls -d tools/fuzz/corpus/$$n 2>/dev/null) \
	        >build-fuzz/$$n.log 2>&1 && echo "ok   fuzz_$$n: $$(grep -c . build-fuzz/$$n.log) lines, $$(tail -1 build-fuzz/$$n.log)" || { tail -40 build-fuzz/$$n.log; exit 1; }; done

clean:
	rm -rf build build-*

help:
	@echo 'make hello      install what is missing, build, speak a sentence to hello.wav and to the speakers'
	@echo 'make test       install what is missing, build, run all tests'
	@echo 'make            build the command, the library and nnrun in $(BUILD)/'
	@echo 'make check      build and run all tests; installs nothing (TESTS="name ..." picks)'
	@echo 'make sanitize   the tests with AddressSanitizer and UBSan, in build-sanitize/'
	@echo 'make sanitize-thread  what runs on several threads with ThreadSanitizer, in build-thread/'
	@echo 'make fuzz       build the fuzzers (clang) and run each for FUZZ_SECONDS (30)'
	@echo 'make nnrun-aarch64  the ONNX engine for 64-bit ARM, in build-aarch64/; make check-aarch64 also tests it under qemu-user (MODELS="DIR ...": these, too)'
	@echo 'make test-train test the training scripts (installs PyTorch)'
	@echo 'make test-eval  test the measuring of voices (tools/eval)'
	@echo 'make install    DESTDIR= PREFIX=/usr/local'
	@echo 'make uninstall  the same variables'
	@echo 'make clean      remove all build folders'
	@echo 'variables       FFT=fftw|kissfft  DEVICE=1|0  FILES=1|0  TEXT_DATA=file|inside  CC= CFLAGS= LDFLAGS='

.PHONY: all check test hello sanitize sanitize-thread clean help install uninstall packages-build packages-test packages-train test-train test-eval fuzz nnrun-aarch64 check-aarch64
.DELETE_ON_ERROR:
.SECONDARY:
-include $(LIB_OBJECTS:.o=.d) $(CLI_OBJECTS:.o=.d) $(wildcard $(BUILD)/tests/*.d)
