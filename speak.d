speak.o: src/api/speak.c src/acoustic/sizes.h src/api/stream.h \
  src/api/engine.h src/acoustic/acoustic.h src/acoustic/manner.h \
  src/text/text.h src/base/arena.h src/base/buffer.h src/base/error.h \
  include/syrinx.h src/text/markup.h src/text/style.h src/voice/voice.h \
  src/base/file.h src/nn/nn.h src/base/pool.h src/voice/faults.h \
  src/voice/piper.h src/voice/engine.h src/api/events.h src/api/queue.h \
  src/api/handles.h src/api/level.h src/api/squeeze.h src/text/ssml.h \
  src/audio/recording.h src/dsp/format.h

src/acoustic/sizes.h:

src/api/stream.h:

src/api/engine.h:

src/acoustic/acoustic.h:

src/acoustic/manner.h:

src/text/text.h:

src/base/arena.h:

src/base/buffer.h:

src/base/error.h:

include/syrinx.h:

src/text/markup.h:

src/text/style.h:

src/voice/voice.h:

src/base/file.h:

src/nn/nn.h:

src/base/pool.h:

src/voice/faults.h:

src/voice/piper.h:

src/voice/engine.h:

src/api/events.h:

src/api/queue.h:

src/api/handles.h:

src/api/level.h:

src/api/squeeze.h:

src/text/ssml.h:

src/audio/recording.h:

src/dsp/format.h:
