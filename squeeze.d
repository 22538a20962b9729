squeeze.o: src/api/squeeze.c src/api/squeeze.h src/dsp/format.h

src/api/squeeze.h:

src/dsp/format.h:
