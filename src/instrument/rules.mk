# The map of General MIDI: tab-separated tables become rows of C. A line with a wrong number of fields stops the build.
INSTRUMENT_GEN := $(BUILD)/gen/instrument

$(INSTRUMENT_GEN)/programs.inc: src/instrument/data/programs.tsv
	@mkdir -p $(@D)
	awk -F'\t' '/^#/ { next } NF != 17 { print FILENAME ":" FNR ": " NF " fields, not 17" > "/dev/stderr"; exit 1 } \
	    { printf "{ %s, %s, %s, \"%s\", %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s },\n", $$1, $$3, $$4, $$5, $$6 == "-" ? -1 : $$6, $$7, $$8, $$9, $$10, $$11, $$12, $$13, $$14, $$15, $$16 }' $< > $@
$(INSTRUMENT_GEN)/percussion.inc: src/instrument/data/percussion.tsv
	@mkdir -p $(@D)
	awk -F'\t' '/^#/ { next } NF != 12 { print FILENAME ":" FNR ": " NF " fields, not 12" > "/dev/stderr"; exit 1 } \
	    { printf "{ %s, \"%s\", %s, %s, %s, %s, %s, %s, %s, %s },\n", $$1, $$3, $$4, $$5, $$6, $$7, $$8, $$9, $$10, $$11 }' $< > $@
$(INSTRUMENT_GEN)/names.inc: src/instrument/data/programs.tsv
	@mkdir -p $(@D)
	awk -F'\t' '/^#/ { next } !($$1 in seen) { seen[$$1]; printf "\"%s\",\n", $$2 }' $< > $@

$(BUILD)/src/instrument/gm.o: $(INSTRUMENT_GEN)/programs.inc $(INSTRUMENT_GEN)/percussion.inc $(INSTRUMENT_GEN)/names.inc
