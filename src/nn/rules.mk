# The list of operators: every file of src/nn/ops that starts a line with SX_OP(Name) adds one.
$(BUILD)/gen/nn_ops.h: $(wildcard src/nn/ops/*.c)
	@mkdir -p $(@D)
	sed -n 's/^SX_OP(\([A-Za-z0-9_]*\)).*/SX_LISTED_OP(\1)/p' $^ > $@

$(BUILD)/src/nn/op.o: $(BUILD)/gen/nn_ops.h
