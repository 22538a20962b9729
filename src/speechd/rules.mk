# sd_syrinx, the output module of Speech Dispatcher, and where it is installed: a program on the public library.
SPEECHD_SOURCES := $(wildcard src/speechd/*.c)
SPEECHD_OBJECTS := $(SPEECHD_SOURCES:%.c=$(BUILD)/%.o)

all: $(BUILD)/sd_syrinx

$(BUILD)/sd_syrinx: $(SPEECHD_OBJECTS) $(BUILD)/libsyrinx.so $(BUILD)/gen/prefix
	$(say) LD $@
	$(q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(SPEECHD_OBJECTS) -L$(BUILD) -lsyrinx -Wl,-rpath,'$$ORIGIN' -Wl,-rpath,'$(PREFIX)/lib' $(call pkg,--libs,libutf8proc) -lm -pthread

# Speech Dispatcher looks for modules in one folder and for their configuration in another, which are not below every PREFIX: programs of the system and of
# /usr/local go where the system's daemon looks, those of another PREFIX below it, to be named in speechd.conf (docs/SCREEN_READER.md).
ifneq ($(filter /usr /usr/local,$(PREFIX)),)
SPEECHD_MODULES ?= $(or $(call pkg,--variable=modulebindir,speech-dispatcher),$(firstword $(wildcard /usr/libexec/speech-dispatcher-modules)),/usr/lib/speech-dispatcher-modules)
SPEECHD_CONFIG  ?= /etc/speech-dispatcher/modules
else
SPEECHD_MODULES ?= $(PREFIX)/lib/speech-dispatcher-modules
SPEECHD_CONFIG  ?= $(PREFIX)/etc/speech-dispatcher/modules
endif

install: install-speechd
install-speechd: all
	@install -D -m 755 $(BUILD)/sd_syrinx "$(DESTDIR)$(SPEECHD_MODULES)/sd_syrinx"
	@[ -e "$(DESTDIR)$(SPEECHD_CONFIG)/syrinx.conf" ] || install -D -m 644 src/speechd/syrinx.conf "$(DESTDIR)$(SPEECHD_CONFIG)/syrinx.conf"
	@echo 'speech-dispatcher module: $(DESTDIR)$(SPEECHD_MODULES)/sd_syrinx'

# A configuration that somebody has changed stays.
uninstall: uninstall-speechd
uninstall-speechd:
	@rm -f "$(DESTDIR)$(SPEECHD_MODULES)/sd_syrinx"
	@cmp -s src/speechd/syrinx.conf "$(DESTDIR)$(SPEECHD_CONFIG)/syrinx.conf" && rm -f "$(DESTDIR)$(SPEECHD_CONFIG)/syrinx.conf" || true
.PHONY: install-speechd uninstall-speechd

# For tests/cli/test_speechd.sh and tools/bench/speechd.
$(BUILD)/speechd_%: tools/bench/speechd_%.c tests/speechd.h
	@mkdir -p $(@D)
	$(say) CC $<
	$(q)$(CC) -std=c11 -D_GNU_SOURCE $(WARNINGS) $(CFLAGS) $(LDFLAGS) $< -o $@ -lm
