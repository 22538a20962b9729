# The text front end's data: compiled by our own tool (run on the building machine: HOSTCC), embedded by data.c.
HOSTCC    ?= $(CC)
TEXT_GEN  := $(BUILD)/gen/text
TEXT_DATA := src/text/data

$(TEXT_GEN)/compile: src/text/tool/compile.c $(wildcard src/text/tool/*.c src/text/tool/*.h) src/text/wordbook.h src/text/coded.h src/text/letters_ngram.h
	@mkdir -p $(@D)
	$(HOSTCC) -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Isrc -Iinclude $(filter %.c,$^) -lm -o $@
$(TEXT_GEN)/phones.inc: $(TEXT_DATA)/phones.tsv $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile phones $< $@
$(TEXT_GEN)/wordbook.bin: $(TEXT_DATA)/phones.tsv $(TEXT_DATA)/extra_en.tsv $(TEXT_DATA)/names_en.tsv $(TEXT_DATA)/cmudict.dict $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile lexicon $(TEXT_DATA)/phones.tsv $(TEXT_DATA)/extra_en.tsv $(TEXT_DATA)/names_en.tsv $(TEXT_DATA)/cmudict.dict $@
$(TEXT_GEN)/reduced.bin: $(TEXT_DATA)/phones.tsv $(TEXT_DATA)/reduced_en.tsv $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile reduced $(TEXT_DATA)/phones.tsv $(TEXT_DATA)/reduced_en.tsv $@
$(TEXT_GEN)/ipa_nearest.bin: $(TEXT_DATA)/phones.tsv $(TEXT_DATA)/ipa_nearest.tsv $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile nearest $(TEXT_DATA)/phones.tsv $(TEXT_DATA)/ipa_nearest.tsv $@
$(TEXT_GEN)/phones_fallback.bin: $(TEXT_DATA)/phones.tsv $(TEXT_DATA)/phones_fallback.tsv $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile fallback $(TEXT_DATA)/phones.tsv $(TEXT_DATA)/phones_fallback.tsv $@
$(TEXT_GEN)/function_words.bin: $(TEXT_DATA)/function_words.tsv $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile languages $< $@

$(TEXT_GEN)/characters.bin: $(TEXT_DATA)/characters_en.tsv $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile characters $@ $<
$(TEXT_GEN)/scripts.inc: $(TEXT_DATA)/scripts_en.tsv $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile ranges $< $@
$(TEXT_GEN)/%.bin: $(TEXT_DATA)/%.tsv $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile table $@ $<
$(TEXT_GEN)/%.bin: $(TEXT_DATA)/%_en.tsv $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile table $@ $<

$(TEXT_GEN)/letters_%.bin: $(TEXT_DATA)/letters_en_%.bin $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile ngrams $< $@
$(TEXT_GEN)/letters.inc: $(TEXT_DATA)/phones.tsv $(TEXT_DATA)/letters_en.tsv $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile outputs $(TEXT_DATA)/phones.tsv $(TEXT_DATA)/letters_en.tsv $@

$(BUILD)/src/text/characters.o: $(TEXT_GEN)/scripts.inc
$(BUILD)/src/text/letters.o: $(TEXT_GEN)/letters.inc
$(BUILD)/src/text/phones.o: $(TEXT_GEN)/phones.inc
$(BUILD)/src/text/data.o: $(patsubst %,$(TEXT_GEN)/%.bin,wordbook reduced abbreviations units currencies acronyms symbols places compounds characters emoji regions nato characters_de characters_nl spelling_de spelling_nl homographs \
                            ipa_nearest phones_fallback languages function_words transliteration letters_ngram letters_stress) \
                          $(foreach k,1 2,$(TEXT_DATA)/letters_en_$(k).onnx $(TEXT_DATA)/letters_en_$(k)_step.bin) $(TEXT_DATA)/homographs_en.bin
$(BUILD)/src/text/data.o: DEFINES += -DSX_TEXT_GEN='"$(TEXT_GEN)"' -DSX_TEXT_DATA='"$(TEXT_DATA)"'

# For tools/eval/morphology/score.
$(BUILD)/morphology: tools/eval/morphology/say.c $(BUILD)/libsyrinx.a
	$(say) LD $@
	$(q)$(CC) $(OPTIONS) $(WARNINGS) $(CFLAGS) $(DEFINES) $(INCLUDES) $(PACKAGE_CFLAGS) $< -o $@ $(LDFLAGS) $(BUILD)/libsyrinx.a $(LIBS)
