# The text front end's data: compiled by our own tool (run on the building machine: HOSTCC), embedded by data.c.
HOSTCC    ?= $(CC)
TEXT_GEN  := $(BUILD)/gen/text
TEXT_DATA := src/text/data

$(TEXT_GEN)/compile: src/text/tool/compile.c src/text/tool/wordbook.c src/text/tool/tool.h src/text/wordbook.h
	@mkdir -p $(@D)
	$(HOSTCC) -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Isrc -Iinclude $(filter %.c,$^) -lm -o $@
$(TEXT_GEN)/phones.inc: $(TEXT_DATA)/phones.tsv $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile phones $< $@
$(TEXT_GEN)/wordbook.bin: $(TEXT_DATA)/phones.tsv $(TEXT_DATA)/extra_en.tsv $(TEXT_DATA)/cmudict.dict $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile lexicon $(TEXT_DATA)/phones.tsv $(TEXT_DATA)/extra_en.tsv $(TEXT_DATA)/cmudict.dict $@
$(TEXT_GEN)/reduced.bin: $(TEXT_DATA)/phones.tsv $(TEXT_DATA)/reduced_en.tsv $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile reduced $(TEXT_DATA)/phones.tsv $(TEXT_DATA)/reduced_en.tsv $@

$(TEXT_GEN)/%.bin: $(TEXT_DATA)/%_en.tsv $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile table $@ $<

$(TEXT_GEN)/letters.inc: $(TEXT_DATA)/phones.tsv $(TEXT_DATA)/letters_en.tsv $(TEXT_GEN)/compile
	$(TEXT_GEN)/compile outputs $(TEXT_DATA)/phones.tsv $(TEXT_DATA)/letters_en.tsv $@

$(BUILD)/src/text/letters.o: $(TEXT_GEN)/letters.inc
$(BUILD)/src/text/phones.o: $(TEXT_GEN)/phones.inc
$(BUILD)/src/text/data.o: $(patsubst %,$(TEXT_GEN)/%.bin,wordbook reduced abbreviations units currencies acronyms symbols places compounds) \
                          $(TEXT_DATA)/letters_en_ngram.bin $(foreach k,1 2 3,$(TEXT_DATA)/letters_en_$(k).onnx $(TEXT_DATA)/letters_en_$(k)_step.bin)
$(BUILD)/src/text/data.o: DEFINES += -DSX_TEXT_GEN='"$(TEXT_GEN)"' -DSX_TEXT_DATA='"$(TEXT_DATA)"'

# For tools/eval/morphology/score.
$(BUILD)/morphology: tools/eval/morphology/say.c $(BUILD)/libsyrinx.a
	$(say) LD $@
	$(q)$(CC) $(OPTIONS) $(WARNINGS) $(CFLAGS) $(DEFINES) $(INCLUDES) $(PACKAGE_CFLAGS) $< -o $@ $(LDFLAGS) $(BUILD)/libsyrinx.a $(LIBS)
