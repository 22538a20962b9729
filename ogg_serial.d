ogg_serial.o: src/audio/ogg_serial.c src/audio/ogg_serial.h

src/audio/ogg_serial.h:
