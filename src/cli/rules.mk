# The page of `syrinx inspect` is a file of its own, compiled in as a string.
$(BUILD)/gen/cli/inspect_page.h: src/cli/data/inspect.html
	@mkdir -p $(@D)
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$$/\\n"/' $< > $@

$(BUILD)/src/cli/inspect_page.o: $(BUILD)/gen/cli/inspect_page.h
