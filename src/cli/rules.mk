# The pages of `syrinx inspect` are compiled in as strings: what they share is inspect.html, its lines such as %STYLE% are the sections of that name of a .part file.
$(BUILD)/gen/cli/inspect_page.h: src/cli/data/inspect_speech.part src/cli/data/inspect.html
$(BUILD)/gen/cli/inspect_score_page.h: src/cli/data/inspect_score.part src/cli/data/inspect.html
$(BUILD)/gen/cli/inspect_page.h $(BUILD)/gen/cli/inspect_score_page.h:
	@mkdir -p $(@D)
	awk '/^%[A-Z]+%$$/ { if (FNR == NR) name = $$0; else printf "%s", part[$$0]; next } FNR == NR { part[name] = part[name] $$0 "\n"; next } { print }' $^ | \
	    sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$$/\\n"/' > $@

$(BUILD)/src/cli/inspect_page.o: $(BUILD)/gen/cli/inspect_page.h
$(BUILD)/src/cli/inspect_score.o: $(BUILD)/gen/cli/inspect_score_page.h

# PREFIX is compiled in where voices and text data are looked for, and stands in the .pc file: both follow when it changes.
$(BUILD)/gen/prefix: always
	@mkdir -p $(@D)
	@echo '$(PREFIX)' | cmp -s - $@ || echo '$(PREFIX)' > $@
$(BUILD)/src/voice/search.o $(BUILD)/syrinx.pc: $(BUILD)/gen/prefix
.PHONY: always

# What `make install` puts where: "file-in-the-tree:place-under-PREFIX:mode". `make uninstall` removes the same places.
INSTALLED := $(BUILD)/syrinx:bin/syrinx:755 \
             $(BUILD)/libsyrinx.so.$(VERSION):lib/libsyrinx.so.$(VERSION):755 \
             $(BUILD)/libsyrinx.a:lib/libsyrinx.a:644 \
             $(if $(filter inside,$(TEXT_DATA)),,$(BUILD)/text.dat:share/syrinx/text.dat:644) \
             $(BUILD)/syrinx.pc:lib/pkgconfig/syrinx.pc:644 \
             include/syrinx.h:include/syrinx.h:644 \
             docs/syrinx.1:share/man/man1/syrinx.1:644 \
             src/cli/data/syrinx.bash:share/bash-completion/completions/syrinx:644 \
             src/cli/data/syrinx.zsh:share/zsh/site-functions/_syrinx:644 \
             $(foreach f,$(wildcard voices/*/voice.json voices/*/*.onnx voices/instruments/*/instrument.json voices/instruments/*/*.onnx),$(f):share/syrinx/$(f):644)
place      = $(DESTDIR)$(PREFIX)/$(word 2,$(subst :, ,$(1)))

install: all
	@set -e; for item in $(INSTALLED); do \
	    mode=$${item##*:}; rest=$${item%:*}; install -D -m $$mode "$${rest%:*}" "$(DESTDIR)$(PREFIX)/$${rest##*:}"; done
	@ln -sf libsyrinx.so.$(VERSION) "$(DESTDIR)$(PREFIX)/lib/libsyrinx.so.$(SOVERSION)"
	@ln -sf libsyrinx.so.$(SOVERSION) "$(DESTDIR)$(PREFIX)/lib/libsyrinx.so"
	@[ -n "$(DESTDIR)" ] || ldconfig 2>/dev/null || true
	@echo 'installed to $(DESTDIR)$(PREFIX)'

# Folders of our own go when they are empty; what others put there stays.
uninstall:
	@rm -f $(foreach item,$(INSTALLED),"$(call place,$(item))") \
	    "$(DESTDIR)$(PREFIX)/lib/libsyrinx.so" "$(DESTDIR)$(PREFIX)/lib/libsyrinx.so.$(SOVERSION)"
	@for folder in $(sort $(dir $(wildcard voices/*/voice.json voices/instruments/*/instrument.json))) voices/instruments/ voices/ ""; do \
	    rmdir "$(DESTDIR)$(PREFIX)/share/syrinx/$$folder" 2>/dev/null || true; done
	@echo 'removed from $(DESTDIR)$(PREFIX)'
