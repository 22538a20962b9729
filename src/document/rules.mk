# A build without file formats has no documents: their libraries are not there.
ifeq ($(FILES),0)
LIB_OBJECTS := $(filter-out $(BUILD)/src/document/%,$(LIB_OBJECTS))
endif
