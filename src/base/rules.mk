# ZIP archives are for the build with file formats: libzip is not in the others.
ifeq ($(FILES),0)
LIB_OBJECTS := $(filter-out $(BUILD)/src/base/archive.o,$(LIB_OBJECTS))
endif
