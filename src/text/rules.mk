# The text front end's data: compiled by our own tool (run on the building machine: HOSTCC) into one file that the library maps, or with TEXT_DATA=inside holds.
HOSTCC    ?= $(CC)
TEXT_GEN  := $(BUILD)/gen/text
TEXT_FROM := src/text/data

$(TEXT_GEN)/compile: src/text/tool/compile.c $(wildcard src/text/tool/*.c src/text/tool/*.h) src/base/sha256.c src/text/data.h src/text/data/phrasing_en.inc src/text/wordbook.h src/text/coded.h src/text/letters_ngram.h
	@mkdir -p $(@D)
	$(HOSTCC) -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Isrc -Iinclude $(filter %.c,$^) -lm -o $@
$(TEXT_GEN)/phones.inc: $(TEXT_FROM)/phones.tsv $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile phones $< $@
$(TEXT_GEN)/wordbook.bin: $(TEXT_FROM)/phones.tsv $(TEXT_FROM)/extra_en.tsv $(TEXT_FROM)/names_en.tsv $(TEXT_FROM)/cmudict.dict $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile lexicon $(TEXT_FROM)/phones.tsv $(TEXT_FROM)/extra_en.tsv $(TEXT_FROM)/names_en.tsv $(TEXT_FROM)/cmudict.dict $@
$(TEXT_GEN)/reduced.bin: $(TEXT_FROM)/phones.tsv $(TEXT_FROM)/reduced_en.tsv $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile reduced $(TEXT_FROM)/phones.tsv $(TEXT_FROM)/reduced_en.tsv $@
$(TEXT_GEN)/ipa_nearest.bin: $(TEXT_FROM)/phones.tsv $(TEXT_FROM)/ipa_nearest.tsv $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile nearest $(TEXT_FROM)/phones.tsv $(TEXT_FROM)/ipa_nearest.tsv $@
$(TEXT_GEN)/phones_fallback.bin: $(TEXT_FROM)/phones.tsv $(TEXT_FROM)/phones_fallback.tsv $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile fallback $(TEXT_FROM)/phones.tsv $(TEXT_FROM)/phones_fallback.tsv $@
$(TEXT_GEN)/function_words.bin: $(TEXT_FROM)/function_words.tsv $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile languages $< $@

$(TEXT_GEN)/characters.bin: $(TEXT_FROM)/characters_en.tsv $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile characters $@ $<
$(TEXT_GEN)/scripts.inc: $(TEXT_FROM)/scripts_en.tsv $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile ranges $< $@
$(TEXT_GEN)/%.bin: $(TEXT_FROM)/%.tsv $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile table $@ $<
$(TEXT_GEN)/%.bin: $(TEXT_FROM)/%_en.tsv $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile table $@ $<

$(TEXT_GEN)/phrasing.bin: $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile phrasing $@
$(TEXT_GEN)/letters_%.bin: $(TEXT_FROM)/letters_en_%.bin $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile ngrams $< $@
$(TEXT_GEN)/letters.inc: $(TEXT_FROM)/phones.tsv $(TEXT_FROM)/letters_en.tsv $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile outputs $(TEXT_FROM)/phones.tsv $(TEXT_FROM)/letters_en.tsv $@

$(BUILD)/src/text/characters.o: $(TEXT_GEN)/scripts.inc
$(BUILD)/src/text/letters.o: $(TEXT_GEN)/letters.inc
$(BUILD)/src/text/phones.o: $(TEXT_GEN)/phones.inc

# The sections of text.dat, in the order of data.h.
TEXT_SECTIONS := $(foreach n,wordbook reduced abbreviations units currencies acronyms symbols compounds places characters emoji regions nato characters_de characters_nl spelling_de spelling_nl homographs,$(n)=$(TEXT_GEN)/$(n).bin) \
                 homographs_model=$(TEXT_FROM)/homographs_en.bin \
                 $(foreach n,phrasing ipa_nearest phones_fallback languages function_words transliteration letters_ngram letters_stress,$(n)=$(TEXT_GEN)/$(n).bin) \
                 $(foreach n,1 2,letters_$(n)=$(TEXT_FROM)/letters_en_$(n).onnx letters_$(n)_step=$(TEXT_FROM)/letters_en_$(n)_step.bin)
# Where it is kept inside, nothing lies beside the library.
TEXT_FILE := $(BUILD)/$(if $(filter inside,$(TEXT_DATA)),gen/text/)text.dat

$(TEXT_FILE): $(foreach s,$(TEXT_SECTIONS),$(lastword $(subst =, ,$(s)))) $(TEXT_GEN)/compile VERSION
	$(say) DATA $@
	$(q)$(TEXT_GEN)/compile bundle $(VERSION) $@ $(TEXT_SECTIONS)
# The library knows the digest of its text data, so the file is always made with it.
$(TEXT_GEN)/data_digest.inc: $(TEXT_FILE)
	$(q)$(TEXT_GEN)/compile digest $< $@
$(BUILD)/src/text/data.o: $(TEXT_GEN)/data_digest.inc
$(BUILD)/src/text/data_find.o: $(BUILD)/gen/prefix
ifeq ($(TEXT_DATA),inside)
$(BUILD)/src/text/data_find.o: $(TEXT_FILE)
$(BUILD)/src/text/data_find.o: DEFINES += -DSX_DATA_INSIDE='"$(TEXT_FILE)"'
endif

# For tools/eval/morphology/score.
$(BUILD)/morphology: tools/eval/morphology/say.c $(BUILD)/libsyrinx.a
	$(say) LD $@
	$(q)$(CC) $(OPTIONS) $(WARNINGS) $(CFLAGS) $(DEFINES) $(INCLUDES) $(PACKAGE_CFLAGS) $< -o $@ $(LDFLAGS) $(BUILD)/libsyrinx.a $(LIBS)
