/* fuzz_card.c - any bytes as a voice card. */
#include <stddef.h>
#include <stdint.h>

#include "voice/voice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sx_card card;
    struct sx_error error;
    if (sx_card_parse((const char *)data, size, "fuzz", &card, &error) == SYRINX_OK)
        sx_card_free(&card);
    return 0;
}
