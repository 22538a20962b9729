/* engine.h - which engine a voice has. */
#ifndef SX_API_ENGINE_H
#define SX_API_ENGINE_H

#include "acoustic/acoustic.h"
#include "voice/engine.h"

extern const struct sx_engine_kind sx_syrinx_engine;

const struct sx_engine_kind *sx_engine_of(const struct sx_voice *voice);

#endif
